import { z } from 'zod'
import type { GoogleIdentity } from '../platform/storage/google-token.ts'
import type { StorageSettings } from '../platform/storage/storages.ts'
import { type Setting, url } from './checks.ts'

const word = z.string().regex(/^\S+$/).max(4_000)

/** Where files are kept. */
export const STORAGE_SETTINGS = {
  /** `folder` (in CARILLON_DATA_DIR), `s3` or `drive`. */
  STORAGE: [z.enum(['folder', 's3', 'drive']).default('folder'), 'folder, s3 or drive'],
  S3_BUCKET: [
    z
      .string()
      .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/)
      .optional(),
    'the name of a bucket',
  ],
  S3_REGION: [
    z
      .string()
      .regex(/^[a-z0-9-]{2,40}$/)
      .default('us-east-1'),
    'a region such as eu-west-3',
  ],
  /** By default Amazon's, of the region. */
  S3_ENDPOINT: [url('https:', 'http:').optional(), 'an http:// or https:// address'],
  /** Before every key, so that one bucket may serve several purposes. */
  S3_PREFIX: [
    z
      .string()
      .regex(/^[A-Za-z0-9_-]+(\/[A-Za-z0-9_-]+)*$/)
      .optional(),
    'letters, digits, - and _ in parts with / between them',
  ],
  S3_ACCESS_KEY_ID: [word.optional(), 'an access key id'],
  S3_SECRET_ACCESS_KEY: [word.optional(), 'a secret access key'],
  /** The folder files are put in, and the shared drive it is on. */
  DRIVE_FOLDER_ID: [
    z
      .string()
      .regex(/^[\w-]+$/)
      .optional(),
    'the id of a folder',
  ],
  DRIVE_ID: [
    z
      .string()
      .regex(/^[\w-]+$/)
      .optional(),
    'the id of a shared drive',
  ],
  /** A service account's key file, whole. */
  DRIVE_SERVICE_ACCOUNT: [z.string().min(2).max(20_000).optional(), 'the JSON of a service account’s key'],
  DRIVE_CLIENT_ID: [word.optional(), 'an OAuth client id'],
  DRIVE_CLIENT_SECRET: [word.optional(), 'an OAuth client secret'],
  DRIVE_REFRESH_TOKEN: [word.optional(), 'a refresh token'],
  DRIVE_BASE_URL: [url('https:', 'http:').default('https://www.googleapis.com'), 'an http:// or https:// address'],
  DRIVE_TOKEN_URL: [
    url('https:', 'http:').default('https://oauth2.googleapis.com/token'),
    'an http:// or https:// address',
  ],
} as const satisfies Record<string, Setting>

type Settings = { [N in keyof typeof STORAGE_SETTINGS]: z.output<(typeof STORAGE_SETTINGS)[N][0]> }

export const STORAGE_SECRETS = [
  'S3_SECRET_ACCESS_KEY',
  'DRIVE_SERVICE_ACCOUNT',
  'DRIVE_CLIENT_SECRET',
  'DRIVE_REFRESH_TOKEN',
] as const

export function storage(s: Settings, faults: string[]): StorageSettings | undefined {
  if (s.STORAGE === 's3') return s3(s, faults)
  if (s.STORAGE === 'drive') return drive(s, faults)
  return undefined
}

function s3(s: Settings, faults: string[]): StorageSettings | undefined {
  const {
    S3_BUCKET: bucket,
    S3_ACCESS_KEY_ID: accessKeyId,
    S3_SECRET_ACCESS_KEY: secretAccessKey,
    S3_REGION: region,
  } = s
  if (!bucket || !accessKeyId || !secretAccessKey) {
    faults.push('S3_BUCKET, S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY are needed with STORAGE=s3')
    return undefined
  }
  const endpoint = s.S3_ENDPOINT ?? `https://s3.${region}.amazonaws.com`
  return { kind: 's3', s3: { endpoint, region, bucket, prefix: s.S3_PREFIX ?? '', accessKeyId, secretAccessKey } }
}

function drive(s: Settings, faults: string[]): StorageSettings | undefined {
  const { DRIVE_FOLDER_ID: folderId, DRIVE_ID: driveId } = s
  const identity = identityOf(s, faults)
  if (!folderId) faults.push('DRIVE_FOLDER_ID is needed with STORAGE=drive')
  if (identity?.kind === 'service_account' && !driveId)
    faults.push('DRIVE_ID is needed with DRIVE_SERVICE_ACCOUNT: a service account owns no files, a shared drive does')
  if (!identity || !folderId) return undefined
  return {
    kind: 'drive',
    drive: { identity, folderId, driveId, baseUrl: s.DRIVE_BASE_URL, tokenUrl: s.DRIVE_TOKEN_URL },
  }
}

function identityOf(s: Settings, faults: string[]): GoogleIdentity | undefined {
  if (s.DRIVE_SERVICE_ACCOUNT) return serviceAccount(s.DRIVE_SERVICE_ACCOUNT, faults)
  const { DRIVE_CLIENT_ID: clientId, DRIVE_CLIENT_SECRET: clientSecret, DRIVE_REFRESH_TOKEN: refreshToken } = s
  if (clientId && clientSecret && refreshToken) return { kind: 'refresh_token', clientId, clientSecret, refreshToken }
  faults.push(
    'STORAGE=drive needs DRIVE_SERVICE_ACCOUNT, or DRIVE_CLIENT_ID, DRIVE_CLIENT_SECRET and DRIVE_REFRESH_TOKEN together',
  )
  return undefined
}

const ServiceAccount = z.object({ client_email: z.email(), private_key: z.string().includes('PRIVATE KEY') })

function serviceAccount(text: string, faults: string[]): GoogleIdentity | undefined {
  try {
    const { client_email: email, private_key: privateKey } = ServiceAccount.parse(JSON.parse(text))
    return { kind: 'service_account', email, privateKey }
  } catch {
    faults.push('DRIVE_SERVICE_ACCOUNT must be the JSON of a service account’s key, with client_email and private_key')
    return undefined
  }
}
