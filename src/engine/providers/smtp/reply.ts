/** What a server answered to one command. */
export interface Reply {
  /** 250, 354, 550 … */
  readonly code: number
  /** Its words without the codes, the lines of a long answer joined by spaces. */
  readonly text: string
  /** The enhanced status (RFC 3463) when the server gives one: `5.1.1`. */
  readonly enhanced: string | undefined
}

/** More than any real answer; a server that never ends one is cut off. */
const LONGEST_REPLY = 64 * 1024
const ENHANCED = /^([245]\.\d{1,3}\.\d{1,3})(?: |$)/

/** Puts replies together from what arrives, however it is cut. `onGarbage` is called once for something that is no SMTP reply. */
export function createReplyReader({ onReply, onGarbage }: { onReply: (reply: Reply) => void; onGarbage: () => void }) {
  let rest = ''
  let earlier: string[] = []

  const readLine = (line: string): boolean => {
    const code = Number(line.slice(0, 3))
    const separator = line[3]
    if (!(code >= 200 && code < 600) || (separator !== undefined && separator !== ' ' && separator !== '-'))
      return false
    earlier.push(line.slice(4))
    if (separator === '-') return earlier.length < 1000
    const lines = earlier
    earlier = []
    onReply(parseReply(code, lines))
    return true
  }

  return {
    /** The connection ended: a last refusal is read even if its line end never came. */
    end() {
      const last = rest
      rest = ''
      if (/^[45]\d\d[ -]/.test(last)) readLine(`${last.slice(0, 3)} ${last.slice(4)}`)
    },
    read(chunk: Buffer) {
      const text = rest + chunk.toString('latin1')
      rest = ''
      let start = 0
      for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
        const line = text.slice(start, text[end - 1] === '\r' ? end - 1 : end)
        start = end + 1
        if (line !== '' && !readLine(line)) return onGarbage()
      }
      if (text.length - start > LONGEST_REPLY) return onGarbage()
      rest = start === text.length ? '' : text.slice(start)
    },
  }
}

/** Bytes are read as Latin-1 to survive any cut; the words of a modern server are UTF-8. */
export function parseReply(code: number, lines: readonly string[]): Reply {
  const enhanced = ENHANCED.exec(lines[0]!)?.[1]
  if (code < 400) return { code, text: lines[0]!, enhanced }
  const text = lines.map((line) => line.replace(ENHANCED, '')).join(' ')
  const utf8 = Buffer.from(text, 'latin1').toString('utf8')
  return { code, text: utf8.includes('\ufffd') ? text : utf8, enhanced }
}
