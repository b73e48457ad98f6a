/** That of package.json, which lies elsewhere for the sources than for what is built of them; a test holds both equal. */
export const VERSION = '0.1.0'
