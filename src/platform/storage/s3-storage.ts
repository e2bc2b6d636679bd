import { createHash } from 'node:crypto'
import { AwsV4Signer } from 'aws4fetch'
import {
  type Answer,
  type Asking,
  persistently,
  type Sendable,
  StorageConfigurationError,
  sendable,
  storageAway,
  wholeOf,
} from './remote.ts'
import { assertKey, FileMissingError, type Storage } from './storage.ts'

export interface S3Settings {
  /** `https://s3.eu-west-3.amazonaws.com`, or that of another service that speaks S3. */
  readonly endpoint: string
  readonly region: string
  readonly bucket: string
  /** Before every key, without slashes at its ends; may be empty. */
  readonly prefix: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

const NOTHING = createHash('sha256').digest('hex')
const WHAT = 'The S3 storage'

/**
 * Files in a bucket of Amazon S3 or of anything that speaks its API (Signature Version 4, addresses with the bucket in the
 * path). A PUT is all or nothing there, and its signed hash keeps a damaged file from being stored.
 */
export function createS3Storage(settings: S3Settings): Storage {
  const { endpoint, bucket, prefix, region, accessKeyId, secretAccessKey } = settings
  const base = `${endpoint.replace(/\/+$/, '')}/${bucket}/${prefix === '' ? '' : `${prefix}/`}`

  async function signed(method: Asking['method'], key: string, file?: Sendable): Promise<Asking> {
    const { url, headers } = await new AwsV4Signer({
      method,
      url: `${base}${key}`,
      headers: {
        'x-amz-content-sha256': file?.sha256 ?? NOTHING,
        ...(file ? { 'content-length': String(file.bytes), 'content-type': 'application/octet-stream' } : {}),
      },
      accessKeyId,
      secretAccessKey,
      region,
      service: 's3',
    }).sign()
    const sent: Record<string, string> = {}
    headers.forEach((value: string, name: string) => {
      sent[name] = value
    })
    return {
      method,
      url: url.toString(),
      headers: { ...sent, ...(file ? { 'content-length': String(file.bytes) } : {}) },
      ...(file ? { body: file.content } : {}),
    }
  }

  async function ask(method: Asking['method'], key: string, file?: Sendable): Promise<Answer> {
    assertKey(key)
    const answer = await persistently(WHAT, () => signed(method, key, file))
    if (answer.status < 300) return answer
    // HEAD has no words to tell a bucket that is not there from a file that is not.
    if (answer.status === 404 && method === 'HEAD') return answer
    const code = /<Code>(\w+)<\/Code>/.exec((await wholeOf(WHAT, answer)).toString())?.[1] ?? ''
    if (answer.status === 404 && code !== 'NoSuchBucket') throw new FileMissingError(key)
    if (TEMPORARY.has(code)) throw storageAway(WHAT, `answered ${code}`)
    throw new StorageConfigurationError(`${WHAT} refuses: ${answer.status} ${code}`.trim())
  }

  const found = async (key: string): Promise<Answer | undefined> => {
    const answer = await ask('HEAD', key)
    await answer.body.dump()
    return answer.status === 404 ? undefined : answer
  }

  return {
    async put(key, content) {
      assertKey(key)
      return await sendable(content, async (file) => {
        const answer = await ask('PUT', key, file)
        await answer.body.dump()
        return { bytes: file.bytes }
      })
    },
    get: async (key) => wholeOf(WHAT, await ask('GET', key)),
    stream: async (key) => (await ask('GET', key)).body,
    exists: async (key) => (await found(key)) !== undefined,
    async size(key) {
      const answer = await found(key)
      return answer && Number(answer.headers['content-length'])
    },
    async delete(key) {
      const answer = await ask('DELETE', key).catch((error: unknown) => {
        // S3 answers 204 for what is not there; not everything that speaks its API does.
        if (error instanceof FileMissingError) return undefined
        throw error
      })
      await answer?.body.dump()
    },
  }
}

/** What S3 refuses with a 4xx and may take later. */
const TEMPORARY = new Set(['RequestTimeout', 'OperationAborted', 'SlowDown', 'RequestTimeTooSkewed'])
