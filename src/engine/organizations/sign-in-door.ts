import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../../errors.ts'
import { isCrossSite } from '../../platform/http/same-origin.ts'
import { IP_HEADER, SIGN_IN_PATH, type SignIn } from './sign-in.ts'

export type TakeAttempt = (
  key: string,
  allowed: { burst: number; perMinute: number },
) => Promise<{ allowed: boolean; retryAfterSeconds: number }>

/** Slow enough that guessing is hopeless, quick enough for somebody who mistypes. */
export const PER_ADDRESS = { burst: 10, perMinute: 2 }
/** An office shares an address. */
export const PER_IP = { burst: 50, perMinute: 20 }

/** @throws AppError `rate_limited` */
export async function takeOrRefuse(
  takeAttempt: TakeAttempt,
  key: string,
  allowed: Parameters<TakeAttempt>[1],
  detail: string,
): Promise<void> {
  const attempt = await takeAttempt(key, allowed)
  if (!attempt.allowed) throw new AppError('rate_limited', detail, { retryAfterSeconds: attempt.retryAfterSeconds })
}

/** Hashed: an address that someone mistyped has no business in a table. */
export const hashOfAddress = (email: string): string =>
  createHash('sha256').update(email.trim().toLowerCase()).digest('base64url')

/** A route's `onRequest`: what signs in, or changes how one does, is done on this server's own pages. */
export const fromOwnPages = (publicUrl: string) => async (request: FastifyRequest) => {
  if (isCrossSite(request, publicUrl)) throw new AppError('forbidden', 'Sign in from this server’s own pages')
}

/** Once the answer has left: a page whose own session is another one from now on has its new cookie by then. */
export function afterAnswer(reply: FastifyReply, work: () => Promise<void>): void {
  reply.raw.once('finish', () => void work())
}

interface Asked {
  readonly method?: 'GET' | 'POST'
  /** Of the library, below its own path: `/sign-out`. */
  readonly path: string
  readonly body?: object
  /** Has to do with the company's own sign-in. */
  readonly company?: boolean
  /** Whoever is signed in already is not meant. */
  readonly asNobody?: boolean
}

/**
 * The library leads browsers on, to an address of ours or a page of errors; nobody follows it there. What it says went
 * wrong is given as `error`.
 */
async function contentOf(answer: Response): Promise<unknown> {
  const text = await answer.text()
  if (text) return JSON.parse(text)
  const to = new URL(answer.headers.get('location') ?? '/', 'http://carillon.invalid')
  const error = to.searchParams.get('error')
  return error === null ? {} : { error: error.toLowerCase() }
}

const MOST_OF_USER_AGENT = 300
/** A cookie header without the session's. */
const withoutSession = (cookie: string): string =>
  cookie
    .split(';')
    .filter((one) => !one.includes('.session_token='))
    .join(';')

/**
 * Has the sign-in library answer a request: it is told whose browser asks and from where as we know it, and nothing else
 * that came with the request. Its cookies go out with the answer.
 */
export const createDoor =
  (signIn: Pick<SignIn, 'handle'>) =>
  async <Answer>(request: FastifyRequest, reply: FastifyReply, asked: Asked): Promise<Answer> => {
    const { method = 'POST', path, body = {}, asNobody, company } = asked
    const { host, cookie, 'user-agent': userAgent } = request.headers
    const headers = new Headers({
      'content-type': 'application/json',
      ...(host && { host }),
      [IP_HEADER]: request.ip,
      ...(userAgent && { 'user-agent': userAgent.slice(0, MOST_OF_USER_AGENT) }),
      ...(cookie && { cookie: asNobody ? withoutSession(cookie) : cookie }),
    })
    const answer = await signIn.handle({
      method,
      path: `${SIGN_IN_PATH}${path}`,
      headers,
      body: method === 'GET' ? undefined : body,
      ...(company && { company }),
    })
    for (const value of answer.headers.getSetCookie()) reply.header('set-cookie', value)
    return (await contentOf(answer)) as Answer
  }
