/**
 * The mail pipeline that a capable team writes in its first week, kept as the thing to compare with: a request inserts
 * one row and adds one BullMQ job; a worker takes the job, reads the row, renders a template that was compiled once,
 * sends through nodemailer's pool and updates the row. Everything here is the libraries' own advice; nothing is made
 * slow on purpose: named prepared statements, keep-alive pool without a limit of messages, jobs removed when done.
 *
 * ROLE api | worker | all · QUEUE redis | postgres · TEMPLATE layout | short · CONCURRENCY · DATABASE_URL · REDIS_URL · SMTP_PORT · PORT
 */
import { createPostgresBackend, type Job, Queue, runMigrations, Worker, withBackend } from 'bullmq'
import Fastify from 'fastify'
import Handlebars from 'handlebars'
import { createTransport } from 'nodemailer'
import pg from 'pg'
import { TEMPLATES } from './template.ts'

const env = process.env
const role = env.ROLE ?? 'all'
const pool = new pg.Pool({ connectionString: env.DATABASE_URL, max: 20 })
const redis = new URL(env.REDIS_URL ?? 'redis://127.0.0.1:6379')

await pool.query(`create table if not exists email (
  id uuid primary key default gen_random_uuid(), recipient text not null, subject text not null, payload jsonb not null,
  status text not null default 'queued', provider_message_id text, error text,
  created_at timestamptz not null default now(), sent_at timestamptz)`)

interface SendJob {
  emailId: string
}

interface EmailRow {
  recipient: string
  subject: string
  payload: { body: string }
}

const onPostgres = env.QUEUE === 'postgres'
if (onPostgres && role !== 'worker') await runMigrations(pool, 'bullmq')
const onRedis = { connection: { host: redis.hostname, port: Number(redis.port) } }
const inPostgres = { connection: { connectionString: env.DATABASE_URL!, schema: 'bullmq' } }
const Postgres = withBackend(createPostgresBackend)

if (role !== 'worker') {
  const queue = onPostgres ? new Postgres.Queue<SendJob>('email', inPostgres) : new Queue<SendJob>('email', onRedis)
  const app = Fastify()
  const schema = {
    body: {
      type: 'object',
      required: ['to', 'subject', 'payload'],
      properties: { to: { type: 'string' }, subject: { type: 'string' }, payload: { type: 'object' } },
    },
  } as const
  app.post<{ Body: { to: string; subject: string; payload: { body: string } } }>(
    '/emails',
    { schema },
    async (request, reply) => {
      const { to, subject, payload } = request.body
      const inserted = await pool.query<{ id: string }>({
        name: 'insert-email',
        text: 'insert into email (recipient, subject, payload) values ($1, $2, $3) returning id',
        values: [to, subject, payload],
      })
      const emailId = inserted.rows[0]!.id
      await queue.add(
        'send',
        { emailId },
        { attempts: 3, backoff: { type: 'exponential', delay: 1000 }, removeOnComplete: true },
      )
      return reply.code(202).send({ id: emailId, status: 'queued' })
    },
  )
  await app.listen({ port: Number(env.PORT), host: '127.0.0.1' })
}

if (role !== 'api') {
  const render = Handlebars.compile<{ subject: string; body: string }>(TEMPLATES[env.TEMPLATE ?? 'layout'])
  const transport = createTransport({
    pool: true,
    maxConnections: 10,
    maxMessages: Number.POSITIVE_INFINITY,
    host: '127.0.0.1',
    port: Number(env.SMTP_PORT),
    secure: false,
    ignoreTLS: true,
  })
  const send = async (job: Job<SendJob>) => {
    const found = await pool.query<EmailRow>({
      name: 'find-email',
      text: 'select recipient, subject, payload from email where id = $1',
      values: [job.data.emailId],
    })
    const email = found.rows[0]!
    const sent = await transport.sendMail({
      from: 'Bench <bench@sender.test>',
      to: email.recipient,
      subject: email.subject,
      html: render({ subject: email.subject, body: email.payload.body }),
    })
    await pool.query({
      name: 'settle-email',
      text: `update email set status = 'sent', sent_at = now(), provider_message_id = $2 where id = $1`,
      values: [job.data.emailId, sent.messageId],
    })
  }
  const concurrency = Number(env.CONCURRENCY ?? 50)
  const worker = onPostgres
    ? new Postgres.Worker<SendJob>('email', send, { ...inPostgres, concurrency })
    : new Worker<SendJob>('email', send, { ...onRedis, concurrency })
  worker.on('error', (error) => console.error(error))
}
console.log(JSON.stringify({ ready: true }))
