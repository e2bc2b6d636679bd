import { execFileSync, spawnSync } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort, type Lab, sleep, until } from '../bench/lab/processes.ts'

/** A real Postfix of our own: its configuration, queue and mailboxes in one folder, on a free port, for one domain. */
export interface Postfix {
  readonly port: number
  /** Where the mails of an address lie: a Maildir. */
  maildir(address: string): string
  /** Every mail delivered to this address so far, as it lies in the mailbox. */
  mailbox(address: string): Buffer[]
  /** Waits until so many mails lie in all mailboxes together. Throws, with the log's end, when the time is up. */
  delivered(count: number, timeLimitMs: number): Promise<void>
}

const INSTALL_LINE = 'apt-get install --no-install-recommends postfix'

export interface PostfixOptions {
  /** Takes mail for anybody in its domain, and sends it back where there is no such mailbox. */
  readonly bounces?: boolean
  /** Domains whose mail goes to another port of this machine. */
  readonly elsewhere?: Readonly<Record<string, number>>
}

/**
 * Takes mail for these addresses and no others, unless the options say so. Needs root, as every Postfix does, and Debian's package; its own files
 * under /etc/postfix are not touched and its own server need not run.
 */
export async function startPostfix(
  lab: Lab,
  folder: string,
  addresses: readonly string[],
  options: PostfixOptions = {},
): Promise<Postfix> {
  if (!existsSync('/usr/sbin/postfix')) throw new Error(`Postfix is not installed. Install it with: ${INSTALL_LINE}`)
  if (process.getuid?.() !== 0) throw new Error('Postfix only starts as root. Run this test as root.')
  const port = await freePort()
  const paths = Object.fromEntries(['etc', 'spool', 'lib', 'mail'].map((name) => [name, join(folder, 'postfix', name)]))
  const { etc, spool, lib, mail } = paths as Record<'etc' | 'spool' | 'lib' | 'mail', string>
  for (const path of Object.values(paths)) mkdirSync(path, { recursive: true, mode: 0o755 })
  const id = (flag: string, user: string) => Number(execFileSync('id', [flag, user], { encoding: 'utf8' }))
  chownSync(lib, id('-u', 'postfix'), id('-g', 'postfix'))
  const owner = { uid: id('-u', 'nobody'), gid: id('-g', 'nobody') }
  chownSync(mail, owner.uid, owner.gid)

  writeFileSync(join(etc, 'mailboxes'), addresses.map((address) => `${address} ${address}/\n`).join(''))
  writeFileSync(join(etc, 'main.cf'), mainConfiguration({ folder, etc, spool, lib, mail }, owner, addresses, options))
  writeFileSync(join(etc, 'master.cf'), services(port))

  const run = (command: string) => spawnSync('/usr/sbin/postfix', ['-c', etc, command], { encoding: 'utf8' })
  lab.afterwards(async () => {
    run('stop')
    await until('Postfix to stop', 10_000, () => run('status').status !== 0)
  })
  const started = run('start')
  const log = () => (existsSync(join(spool, 'log')) ? readFileSync(join(spool, 'log'), 'utf8') : '')
  if (started.status !== 0) throw new Error(`Postfix did not start:\n${started.stdout}${started.stderr}${log()}`)
  await until('Postfix to run', 10_000, () => run('status').status === 0)

  const newMail = (address: string) => join(mail, address, 'new')
  const count = () => addresses.reduce((sum, address) => sum + files(newMail(address)).length, 0)
  return {
    port,
    maildir: (address) => join(mail, address),
    mailbox: (address) => files(newMail(address)).map((name) => readFileSync(join(newMail(address), name))),
    async delivered(wanted, timeLimitMs) {
      for (const end = Date.now() + timeLimitMs; count() < wanted; await sleep(200)) {
        if (Date.now() > end) throw new Error(`${count()} of ${wanted} mails came.\n${log().slice(-4000)}`)
      }
    },
  }
}

const files = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : [])

function mainConfiguration(
  at: Record<'folder' | 'etc' | 'spool' | 'lib' | 'mail', string>,
  owner: { uid: number; gid: number },
  addresses: readonly string[],
  { bounces = false, elsewhere = {} }: PostfixOptions,
): string {
  const domains = [...new Set(addresses.map((address) => address.split('@')[1]))]
  const settings = {
    compatibility_level: '3.6',
    queue_directory: at.spool,
    data_directory: at.lib,
    maillog_file: join(at.spool, 'log'),
    maillog_file_prefixes: at.folder,
    inet_interfaces: '127.0.0.1',
    inet_protocols: 'ipv4',
    myhostname: 'postfix.test',
    mydestination: '',
    mynetworks: '127.0.0.0/8',
    alias_maps: '',
    local_recipient_maps: '',
    // Nothing ever leaves this machine.
    default_transport: 'error:this Postfix delivers to its own mailboxes only',
    relay_transport: 'error:this Postfix delivers to its own mailboxes only',
    virtual_mailbox_domains: domains.join(' '),
    virtual_mailbox_base: at.mail,
    virtual_mailbox_maps: `texthash:${join(at.etc, 'mailboxes')}`,
    virtual_uid_maps: `static:${owner.uid}`,
    virtual_gid_maps: `static:${owner.gid}`,
    message_size_limit: '41943040',
    mailbox_size_limit: '0',
    virtual_mailbox_limit: '0',
    smtputf8_enable: 'yes',
    recipient_delimiter: '+',
    smtpd_reject_unlisted_recipient: bounces ? 'no' : 'yes',
    transport_maps: Object.entries(elsewhere)
      .map(([domain, port]) => `inline:{{ ${domain} = smtp:[127.0.0.1]:${port} }}`)
      .join(' '),
  }
  return Object.entries(settings)
    .map(([name, value]) => `${name} = ${value}\n`)
    .join('')
}

/** Debian's master.cf without chroot, with smtpd on our port alone. */
const services = (port: number): string => `
127.0.0.1:${port} inet n - n - - smtpd
cleanup   unix  n - n - 0 cleanup
qmgr      unix  n - n 300 1 qmgr
rewrite   unix  - - n - - trivial-rewrite
bounce    unix  - - n - 0 bounce
defer     unix  - - n - 0 bounce
trace     unix  - - n - 0 bounce
verify    unix  - - n - 1 verify
proxymap  unix  - - n - - proxymap
error     unix  - - n - - error
retry     unix  - - n - - error
discard   unix  - - n - - discard
virtual   unix  - n n - - virtual
smtp      unix  - - n - - smtp
anvil     unix  - - n - 1 anvil
scache    unix  - - n - 1 scache
postlog   unix-dgram n - n - 1 postlogd
`
