import { createServer } from 'node:net'

/** Greets, takes a password or not, and repeats in its refusals what it was told: the address, the user, the words. */
export async function startRefusingMailServer(takesPassword: boolean) {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.write('220 mx.zephyrine.example ESMTP\r\n')
    socket.on('data', (chunk) => {
      for (const line of chunk.toString().split('\r\n').filter(Boolean)) {
        if (/^EHLO|^HELO/i.test(line))
          socket.write('250-mx.zephyrine.example\r\n250-AUTH PLAIN LOGIN\r\n250 8BITMIME\r\n')
        else if (/^AUTH/i.test(line))
          socket.write(takesPassword ? '235 ok\r\n' : `535 5.7.8 not taken: ${line} (${decoded(line)})\r\n`)
        else if (/^RCPT/i.test(line))
          socket.write(`550 5.1.1 ${line.slice(8)} is not known here, Quillon Vexabrand\r\n`)
        else if (/^QUIT/i.test(line)) socket.end('221 bye\r\n')
        else socket.write('250 ok\r\n')
      }
    })
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  return { port: (server.address() as { port: number }).port, close: () => server.close() }
}

const decoded = (line: string): string =>
  Buffer.from(line.split(' ').at(-1) ?? '', 'base64')
    .toString()
    .replaceAll('\0', ' ')
