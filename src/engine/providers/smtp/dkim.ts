import { createHash, createPrivateKey, type KeyObject, sign } from 'node:crypto'

export interface DkimSettings {
  readonly domain: string
  readonly selector: string
  /** PEM, RSA or Ed25519. */
  readonly privateKey: string
}

export interface DkimSigner {
  /** The mail with a DKIM-Signature in front (RFC 6376, relaxed/relaxed). */
  sign(mime: Buffer, time: Date): Promise<Buffer>
}

/** Signed when the mail has them. Both one-click headers must be (RFC 8058 §4). */
const SIGNED =
  'from sender reply-to subject date message-id to cc mime-version content-type content-transfer-encoding list-id list-unsubscribe list-unsubscribe-post'.split(
    ' ',
  )
const HEADER_END = Buffer.from('\r\n\r\n', 'latin1')
const ED25519 = 'ed25519'

/** The key is read once; the signature is made off the event loop: RSA takes longer than everything else about a mail. */
export function createDkimSigner({ domain, selector, privateKey }: DkimSettings): DkimSigner {
  const key = createPrivateKey(privateKey)
  const isEd25519 = key.asymmetricKeyType === ED25519
  const algorithm = isEd25519 ? 'ed25519-sha256' : 'rsa-sha256'

  return {
    async sign(mime, time) {
      const bodyStart = mime.indexOf(HEADER_END) + HEADER_END.length
      const headers = readHeaders(mime.toString('latin1', 0, bodyStart - 2))
      const names = SIGNED.filter((name) => headers.has(name))
      const bodyHash = createHash('sha256')
        .update(relaxedBody(mime.toString('latin1', bodyStart)), 'latin1')
        .digest('base64')
      const unsigned =
        `v=1; a=${algorithm}; c=relaxed/relaxed; d=${domain}; s=${selector};\r\n` +
        ` t=${Math.floor(time.getTime() / 1000)}; h=${foldList(names)};\r\n bh=${bodyHash};\r\n b=`
      const signed = `${names.map((name) => `${name}:${relaxedValue(headers.get(name)!)}\r\n`).join('')}dkim-signature:${relaxedValue(unsigned)}`
      const signature = await signOffLoop(isEd25519, Buffer.from(signed, 'latin1'), key)
      const folded = signature.replace(/.{1,72}/g, '\r\n $&')
      return Buffer.concat([Buffer.from(`DKIM-Signature: ${unsigned}${folded}\r\n`, 'latin1'), mime])
    },
  }
}

function signOffLoop(isEd25519: boolean, data: Buffer, key: KeyObject): Promise<string> {
  // RFC 8463 §3: Ed25519 signs the SHA-256 of the data.
  const input = isEd25519 ? createHash('sha256').update(data).digest() : data
  return new Promise((resolve, reject) => {
    sign(isEd25519 ? null : 'sha256', input, key, (error, signature) =>
      error ? reject(error) : resolve(signature.toString('base64')),
    )
  })
}

/** The last of each name: signing goes from the bottom up (RFC 6376 §5.4.2). */
function readHeaders(block: string): Map<string, string> {
  const headers = new Map<string, string>()
  for (const line of block.split(/\r\n(?![ \t])/)) {
    const colon = line.indexOf(':')
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1))
  }
  return headers
}

/** RFC 6376 §3.4.2. */
const relaxedValue = (value: string): string =>
  value
    .replace(/\r\n/g, '')
    .replace(/[ \t]+/g, ' ')
    .replace(/^ | $/g, '')

/** RFC 6376 §3.4.4. Most bodies need only some of it: looking first is much cheaper than replacing. */
function relaxedBody(body: string): string {
  let text = body
  if (/[ \t]$/.test(text) || text.includes(' \r\n') || text.includes('\t\r\n'))
    text = text.replace(/[ \t]+(?=\r\n|$)/g, '')
  if (text.includes('\t')) text = text.replace(/[ \t]+/g, ' ')
  else if (text.includes('  ')) text = text.replace(/ {2,}/g, ' ')
  let end = text.length
  while (text.startsWith('\r\n', end - 2)) end -= 2
  return end <= 0 ? '' : `${text.slice(0, end)}\r\n`
}

const foldList = (names: readonly string[]): string => names.join(':').replace(/(.{30,45}:)/g, '$1\r\n  ')
