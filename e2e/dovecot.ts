import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { freePort, type Lab, until } from '../bench/lab/processes.ts'

/** A real Dovecot of our own, that serves one mail folder to one user on a free port. */
export interface Dovecot {
  /** With the password in it. */
  readonly url: string
}

const INSTALL_LINE = 'apt-get install --no-install-recommends dovecot-imapd'
const PASSWORD = 'secret'

/** Needs root, as Postfix does, and Debian's package; its own files under /etc/dovecot are not touched and its own server need not run. */
export async function startDovecot(lab: Lab, folder: string, maildir: string): Promise<Dovecot> {
  if (!existsSync('/usr/sbin/dovecot')) throw new Error(`Dovecot is not installed. Install it with: ${INSTALL_LINE}`)
  if (process.getuid?.() !== 0) throw new Error('Dovecot only starts as root. Run this test as root.')
  const port = await freePort()
  const own = join(folder, 'dovecot')
  for (const name of ['run', 'state']) mkdirSync(join(own, name), { recursive: true, mode: 0o755 })
  const configuration = join(own, 'dovecot.conf')
  writeFileSync(
    configuration,
    `
protocols = imap
base_dir = ${own}/run
state_dir = ${own}/state
log_path = ${own}/log
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
mail_location = maildir:${maildir}
first_valid_uid = 1
first_valid_gid = 1
passdb {
  driver = static
  args = password=${PASSWORD}
}
userdb {
  driver = static
  args = uid=nobody gid=nogroup home=${maildir}
}
service imap-login {
  chroot =
  inet_listener imap {
    port = ${port}
  }
  inet_listener imaps {
    port = 0
  }
}
service anvil {
  chroot =
}
`,
  )
  const running = lab.start('dovecot', '/usr/sbin/dovecot', ['-F', '-c', configuration])
  await until('Dovecot to answer', 10_000, async () => {
    if (!running.alive())
      throw new Error(
        `Dovecot ended:\n${running.output()}${existsSync(`${own}/log`) ? readFileSync(`${own}/log`, 'utf8') : ''}`,
      )
    return answers(port)
  })
  return { url: `imap://returns:${PASSWORD}@127.0.0.1:${port}/INBOX` }
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('data', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
