export { describeStorage, type OpenedStorage, type StorageContract, type StorageLimits } from './describe-storage.ts'
