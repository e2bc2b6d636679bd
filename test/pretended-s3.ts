import { createHash, createHmac } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { type Pretended, pretend } from './pretended.ts'

export const S3_KEYS = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
}

export interface PretendedS3 extends Pretended {
  readonly files: Map<string, Buffer>
  readonly asked: { method: string; path: string }[]
  /** Answers the next requests instead; `destroy`: the connection breaks. */
  readonly next: ({ status: number; code?: string } | 'destroy')[]
}

/** One bucket as S3 answers for it: signatures and hashes are checked as the documents of Signature Version 4 say. */
export async function pretendS3(bucket: string, region: string): Promise<PretendedS3> {
  const files = new Map<string, Buffer>()
  const asked: PretendedS3['asked'] = []
  const next: PretendedS3['next'] = []
  const refuse = (response: ServerResponse, status: number, code: string) =>
    response
      .writeHead(status, { 'content-type': 'application/xml' })
      .end(`<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>no</Message></Error>`)

  const server = await pretend(async (request, response) => {
    const body = await buffer(request)
    const path = request.url ?? ''
    asked.push({ method: request.method ?? '', path })
    const scripted = next.shift()
    if (scripted === 'destroy') return void response.destroy()
    if (scripted) return void refuse(response, scripted.status, scripted.code ?? 'InternalError')
    const fault = faultOf(request, body, region)
    if (fault) return void refuse(response, 403, fault)
    if (!path.startsWith(`/${bucket}/`)) return void refuse(response, 404, 'NoSuchBucket')
    const key = decodeURIComponent(path.slice(bucket.length + 2))
    const file = files.get(key)
    if (request.method === 'PUT') {
      files.set(key, body)
      return void response.writeHead(200, { etag: '"x"' }).end()
    }
    if (request.method === 'DELETE') {
      files.delete(key)
      return void response.writeHead(204).end()
    }
    if (!file)
      return request.method === 'HEAD' ? void response.writeHead(404).end() : void refuse(response, 404, 'NoSuchKey')
    response.writeHead(200, { 'content-length': file.length }).end(request.method === 'HEAD' ? undefined : file)
  })
  return { ...server, files, asked, next }
}

/** docs.aws.amazon.com, “Create a signed AWS API request”: canonical request, string to sign, derived key. */
function faultOf(request: IncomingMessage, body: Buffer, region: string): string | undefined {
  const form =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/
  const [, id, day = '', zone, names = '', signature] = form.exec(request.headers.authorization ?? '') ?? []
  if (id !== S3_KEYS.accessKeyId) return 'InvalidAccessKeyId'
  const at = String(request.headers['x-amz-date'])
  if (zone !== region || !at.startsWith(day)) return 'AuthorizationHeaderMalformed'
  const sha256 = String(request.headers['x-amz-content-sha256'])
  if (sha256 !== createHash('sha256').update(body).digest('hex')) return 'XAmzContentSHA256Mismatch'
  const signedNames = names.split(';')
  for (const needed of ['host', 'x-amz-content-sha256', 'x-amz-date'])
    if (!signedNames.includes(needed)) return 'AccessDenied'
  const [path, query = ''] = (request.url ?? '').split('?')
  const canonical = [
    request.method,
    path,
    query,
    ...signedNames.map((name) => `${name}:${String(request.headers[name]).trim()}`),
    '',
    names,
    sha256,
  ].join('\n')
  const scope = `${day}/${zone}/s3/aws4_request`
  const hashed = createHash('sha256').update(canonical).digest('hex')
  const hmac = (key: Buffer | string, text: string) => createHmac('sha256', key).update(text).digest()
  const key = [day, region, 's3', 'aws4_request'].reduce<Buffer | string>(hmac, `AWS4${S3_KEYS.secretAccessKey}`)
  const expected = hmac(key, `AWS4-HMAC-SHA256\n${at}\n${scope}\n${hashed}`).toString('hex')
  return expected === signature ? undefined : 'SignatureDoesNotMatch'
}
