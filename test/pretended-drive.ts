import { createHash, createPublicKey, generateKeyPairSync, verify } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { type Pretended, pretend } from './pretended.ts'

interface File {
  readonly id: string
  readonly name: string
  readonly parents: readonly string[]
  readonly appProperties: Record<string, string>
  content: Buffer
  trashed: boolean
}

export interface PretendedDrive extends Pretended {
  readonly files: Map<string, File>
  readonly asked: string[]
  /** Answers the next requests (after signing in) instead; `destroy`: the connection breaks. */
  readonly next: ({ status: number; reason?: string } | 'destroy')[]
  /** Access tokens that were given out and count. */
  readonly tokens: Set<string>
  /** Whether it deletes for good, or lets files only be put into the bin. */
  manager: boolean
}

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
export const SERVICE_ACCOUNT = {
  kind: 'service_account',
  email: 'files@sample.iam.gserviceaccount.com',
  privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
} as const
export const PERSON = {
  kind: 'refresh_token',
  clientId: 'client.apps.googleusercontent.com',
  clientSecret: 'GOCSPX-sample',
  refreshToken: '1//sample',
} as const

/** One folder on one shared drive, as Drive v3 and Google’s sign-in answer for them. */
export async function pretendDrive(folderId: string, driveId: string): Promise<PretendedDrive> {
  const files = new Map<string, File>()
  const sessions = new Map<
    string,
    { readonly id: string | undefined; readonly about: Partial<File>; readonly bytes: number }
  >()
  let last = 0
  const state = {
    files,
    asked: [] as string[],
    next: [] as PretendedDrive['next'],
    tokens: new Set<string>(),
    manager: true,
  }

  const say = (response: ServerResponse, body: unknown, status = 200) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  const refuse = (response: ServerResponse, status: number, reason: string) =>
    say(
      response,
      { error: { code: status, message: 'no', errors: [{ domain: 'global', reason, message: 'no' }] } },
      status,
    )

  const server: Pretended = await pretend(async (request, response) => {
    const body = await buffer(request)
    const url = new URL(request.url ?? '', server.url)
    const { pathname: path, searchParams: query } = url
    if (path === '/token') {
      const fault = signInFault(new URLSearchParams(body.toString()), `${server.url}/token`)
      if (fault) return say(response, { error: fault }, 400)
      const token = `ya29.${++last}`
      state.tokens.add(token)
      return say(response, { access_token: token, expires_in: 3599, token_type: 'Bearer' })
    }
    state.asked.push(`${request.method} ${path}`)
    const scripted = state.next.shift()
    if (scripted === 'destroy') return void response.destroy()
    if (scripted) return refuse(response, scripted.status, scripted.reason ?? 'backendError')
    const token = request.headers.authorization?.replace('Bearer ', '') ?? ''
    if (!state.tokens.has(token)) return refuse(response, 401, 'authError')
    if (path.startsWith('/session/')) {
      const session = sessions.get(path)
      if (!session) return refuse(response, 404, 'notFound')
      if (session.bytes !== body.length) return refuse(response, 400, 'badContent')
      const id = session.id ?? `file-${++last}`
      const file = files.get(id) ?? {
        id,
        name: '',
        parents: [],
        appProperties: {},
        trashed: false,
        ...session.about,
        content: body,
      }
      file.content = body
      files.set(id, file)
      return say(response, { id, sha256Checksum: createHash('sha256').update(body).digest('hex') })
    }
    if (query.get('supportsAllDrives') !== 'true') return refuse(response, 404, 'notFound')
    const id = /\/files\/([\w-]+)$/.exec(path)?.[1]
    const file = id === undefined ? undefined : files.get(id)
    if (id !== undefined && !file) return refuse(response, 404, 'notFound')
    if (path.startsWith('/upload/drive/v3/files')) {
      if (query.get('uploadType') !== 'resumable') return refuse(response, 400, 'badRequest')
      const about = JSON.parse(body.toString()) as Partial<File>
      if (!file && about.parents?.[0] !== folderId) return refuse(response, 404, 'notFound')
      const session = `/session/${++last}`
      sessions.set(session, { id, about, bytes: Number(request.headers['x-upload-content-length']) })
      return void response.writeHead(200, { location: `${server.url}${session}` }).end()
    }
    if (id === undefined) {
      const [, mark, parent] =
        /^appProperties has \{ key='carillon' and value='([0-9a-f]{64})' \} and '([\w-]+)' in parents and trashed = false$/.exec(
          query.get('q') ?? '',
        ) ?? []
      if (mark === undefined) return refuse(response, 400, 'invalid')
      if (query.get('corpora') !== 'drive' || query.get('driveId') !== driveId || parent !== folderId)
        return refuse(response, 404, 'notFound')
      const found = [...files.values()].filter((each) => !each.trashed && each.appProperties.carillon === mark)
      return say(response, { files: found.map((each) => ({ id: each.id, size: String(each.content.length) })) })
    }
    if (request.method === 'DELETE') {
      if (!state.manager) return refuse(response, 403, 'insufficientFilePermissions')
      files.delete(id)
      return void response.writeHead(204).end()
    }
    if (request.method === 'PATCH') {
      file!.trashed = (JSON.parse(body.toString()) as { trashed: boolean }).trashed
      return say(response, { id })
    }
    if (query.get('alt') === 'media') return void response.writeHead(200).end(file!.content)
    say(response, { size: String(file!.content.length), trashed: file!.trashed })
  })
  return Object.assign(state, server)
}

/** RFC 7523 with Google’s claims, or the refresh token it gave. */
function signInFault(form: URLSearchParams, tokenUrl: string): string | undefined {
  if (form.get('grant_type') === 'refresh_token')
    return form.get('refresh_token') === PERSON.refreshToken && form.get('client_secret') === PERSON.clientSecret
      ? undefined
      : 'invalid_grant'
  const [head = '', claims = '', signature = ''] = (form.get('assertion') ?? '').split('.')
  const isGenuine = verify(
    'sha256',
    Buffer.from(`${head}.${claims}`),
    createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })),
    Buffer.from(signature, 'base64url'),
  )
  if (!isGenuine) return 'invalid_grant'
  const { iss, aud, scope, iat, exp } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<
    string,
    unknown
  >
  const isRight =
    iss === SERVICE_ACCOUNT.email &&
    aud === tokenUrl &&
    String(scope).endsWith('/auth/drive') &&
    Number(exp) - Number(iat) <= 3_600
  return isRight ? undefined : 'invalid_scope'
}
