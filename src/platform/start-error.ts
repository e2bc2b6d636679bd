import { userInfo } from 'node:os'

/** Something the operator can put right; the message is one line for people and needs no stack. */
export class StartError extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'StartError'
  }
}

const REASONS: Record<string, string> = {
  EACCES: 'has no access to it',
  EPERM: 'has no access to it',
  EROFS: 'cannot write to it: the disk is read-only',
  ENOSPC: 'cannot write to it: the disk is full',
  ENOTDIR: 'cannot use it: it is not a folder',
  EEXIST: 'cannot use it: it is not a folder',
}

/** Turns a refusal of the file system into a line that names the folder; anything else is thrown on as it is. */
export function explainFolder(folder: string, error: unknown): never {
  const reason = REASONS[(error as NodeJS.ErrnoException).code ?? '']
  if (!reason) throw error
  throw new StartError(
    `The data folder ${folder} cannot be used: this user (${userName()}) ${reason}. Put that right, or set CARILLON_DATA_DIR to another folder.`,
    { cause: error },
  )
}

export function userName(): string {
  try {
    return userInfo().username
  } catch {
    return `uid ${process.getuid?.()}`
  }
}
