import { hash } from 'node:crypto'

/** Keys name people (a sign-in's address), so only their hash is stored; and any text will do as a key. */
export const storedKey = (key: string): string => hash('sha256', key, 'base64url').slice(0, 24)
