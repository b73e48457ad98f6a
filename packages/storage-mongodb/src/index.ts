/** Suda's storage on a MongoDB replica set. */

export {}
