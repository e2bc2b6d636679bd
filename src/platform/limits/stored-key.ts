import { createHash } from 'node:crypto'

/** Keys name people (a sign-in's address), so only their hash is stored; and any text will do as a key. */
export const storedKey = (key: string): string => createHash('sha256').update(key).digest('base64url').slice(0, 24)
