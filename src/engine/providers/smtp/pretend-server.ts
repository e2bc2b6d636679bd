import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'

/** What the server does instead of its usual answer: say this line, or whatever the function does with the socket. */
export type Doing = string | ((socket: Socket, line: string) => void)

export interface Script {
  readonly greeting?: Doing
  /** The lines of the EHLO answer, without codes. */
  readonly extensions?: readonly string[]
  readonly EHLO?: Doing
  readonly AUTH?: Doing
  readonly RSET?: Doing
  readonly MAIL?: Doing
  readonly RCPT?: Doing
  readonly DATA?: Doing
  /** After the final dot. */
  readonly content?: Doing
}

export interface PretendServer {
  readonly port: number
  /** Every line that came in, without what was inside DATA. */
  readonly commands: string[]
  readonly mails: Buffer[]
  /** How many connections were ever made, and how many are open. */
  readonly connections: { made: number; open: number }
  /** Change what it does from now on. */
  become(script: Script): void
  stop(): Promise<void>
}

const USUAL: Required<Omit<Script, 'extensions'>> = {
  greeting: '220 pretend.example ESMTP',
  EHLO: '',
  AUTH: '235 2.7.0 Signed in',
  RSET: '250 2.0.0 Ok',
  MAIL: '250 2.1.0 Ok',
  RCPT: '250 2.1.5 Ok',
  DATA: '354 End with a dot',
  content: '250 2.0.0 Ok: queued as 4F2A1B3C',
}
const END = Buffer.from('\r\n.\r\n')

/** A mail server for tests that can misbehave at every step, on 127.0.0.1. */
export async function startPretendServer(first: Script = {}): Promise<PretendServer> {
  let script = first
  const sockets = new Set<Socket>()
  const commands: string[] = []
  const mails: Buffer[] = []
  const connections = { made: 0, open: 0 }

  const server: Server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    connections.made++
    connections.open++
    socket.on('error', () => {})
    socket.on('close', () => {
      sockets.delete(socket)
      connections.open--
    })

    let pending: Buffer = Buffer.alloc(0)
    let isContent = false
    const act = (doing: Doing, line: string) => {
      if (typeof doing === 'function') return doing(socket, line)
      if (doing && socket.writable) socket.write(`${doing}\r\n`)
    }
    act(script.greeting ?? USUAL.greeting, '')

    socket.on('data', (chunk) => {
      pending = Buffer.concat([pending, chunk])
      while (pending.length > 0) {
        if (isContent) {
          const end = pending.indexOf(END)
          if (end < 0) return
          mails.push(pending.subarray(0, end + 2))
          pending = pending.subarray(end + END.length)
          isContent = false
          act(script.content ?? USUAL.content, '.')
          continue
        }
        const end = pending.indexOf('\r\n')
        if (end < 0) return
        const line = pending.toString('utf8', 0, end)
        pending = pending.subarray(end + 2)
        commands.push(line)
        const verb = line.slice(0, 4).toUpperCase()
        if (verb === 'QUIT') return void socket.end('221 Bye\r\n')
        if (verb === 'EHLO' && script.EHLO === undefined) {
          const lines = [
            'pretend.example',
            ...(script.extensions ?? ['PIPELINING', 'SIZE 50000000', '8BITMIME', 'SMTPUTF8', 'AUTH PLAIN']),
          ]
          socket.write(lines.map((text, i) => `250${i === lines.length - 1 ? ' ' : '-'}${text}\r\n`).join(''))
          continue
        }
        const doing = script[verb as keyof Script] as Doing | undefined
        const usual = USUAL[verb as keyof typeof USUAL]
        act(doing ?? usual ?? '502 5.5.2 What?', line)
        if (verb === 'DATA' && (doing === undefined || (typeof doing === 'string' && doing.startsWith('354'))))
          isContent = true
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  return {
    port: (server.address() as AddressInfo).port,
    commands,
    mails,
    connections,
    become(next) {
      script = next
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

/** The answers to MAIL and RCPT were good, but DATA is refused as the standard says when no recipient is left. */
export const REFUSES_RECIPIENT = (reply: string): Script => ({ RCPT: reply, DATA: '503 5.5.1 No valid recipients' })
