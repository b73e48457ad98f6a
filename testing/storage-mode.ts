/** Which storage the tests of this process run on; vitest.config.ts has a project for each. */

export const storageMode = process.env.TEST_STORAGE === 'mongodb' ? 'mongodb' : 'sqlite'
