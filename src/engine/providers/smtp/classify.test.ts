import { describe, expect, test } from 'vitest'
import { createRedactor } from '../redact.ts'
import { toSendResult } from './classify.ts'
import { parseReply } from './reply.ts'
import type { Stage } from './session.ts'

const classify = (line: string, stage: Stage = 'rcpt') => {
  const reply = parseReply(Number(line.slice(0, 3)), [line.slice(4)])
  return toSendResult({ kind: 'refused', stage, reply }, '<id@shop.example>', createRedactor([]))
}

describe('a refusal is read by its code, its enhanced status, and at last its words', () => {
  const replies: [string, string, Stage?][] = [
    // Passing
    ['450 4.1.1 Mailbox busy', 'retry'],
    ['451 4.3.0 Local error', 'retry'],
    ['454 4.7.0 Temporary authentication failure', 'retry', 'auth'],
    ['503 5.5.1 Bad sequence', 'retry'],
    // Our pace
    ['421 4.7.0 Try again later', 'retry_later'],
    ['450 4.7.1 Client host busy', 'retry_later'],
    ['451 4.7.500 Server busy', 'retry_later'],
    ['452 4.3.1 Insufficient system storage', 'retry_later'],
    ['452 4.2.2 Over quota', 'retry_later'],
    ['450 4.2.0 Greylisted', 'retry_later'],
    ['451 Too many messages, slow down', 'retry_later'],
    ['454 Throttling failure: maximum sending rate exceeded', 'retry_later', 'content'],
    // This mail
    ['550 Requested action not taken', 'permanent'],
    ['552 5.2.2 Mailbox full', 'permanent'],
    ['552 5.3.4 Message too big', 'permanent', 'mail'],
    ['554 5.7.1 Spam message rejected', 'permanent', 'content'],
    ['550 5.7.1 Message rejected due to content restrictions', 'permanent', 'content'],
    ['550 OFR_506 spam', 'permanent', 'content'],
    ['550 5.1.1 Sender unknown', 'permanent', 'data'],
    // This address
    ['550 5.1.1 No such user', 'suppress'],
    ['550 5.1.2 No such domain', 'suppress'],
    ['551 5.1.6 Moved', 'suppress'],
    ['556 5.1.10 Domain has a null MX', 'suppress'],
    ['550 No such user here', 'suppress'],
    ['550 Unknown recipient', 'suppress'],
    ['550 Requested action not taken: mailbox unavailable, user does not exist', 'suppress'],
    ['550 5.7.1 Recipient address rejected: user unknown in virtual mailbox table', 'suppress'],
    ['550 5.5.0 OFR_416 Adresse inconnue', 'suppress', 'content'],
    // Another way out may be liked better
    ['554 5.7.1 Service unavailable; client host blocked using a blocklist (Spamhaus)', 'other_provider'],
    ['550 5.7.26 Unauthenticated mail is not accepted', 'other_provider', 'content'],
    ['550 5.7.25 No PTR record', 'other_provider', 'content'],
    // The account
    ['535 5.7.8 Bad credentials', 'configuration', 'auth'],
    ['550 5.7.0 Account locked', 'configuration', 'auth'],
    ['530 5.7.0 Must issue a STARTTLS command first', 'configuration', 'mail'],
    ['550 5.1.8 Sender domain unknown', 'configuration', 'mail'],
    ['553 5.7.1 Sender address rejected: not owned by user', 'configuration', 'mail'],
    ['554 Message rejected: Email address is not verified', 'configuration', 'content'],
    ['554 5.7.1 Relay access denied', 'configuration'],
    ['550 5.7.60 Client does not have permissions to send as this sender, SendAsDenied', 'configuration', 'content'],
  ]
  for (const [line, expected, stage] of replies) {
    test(`${line} (${stage ?? 'rcpt'})`, () =>
      expect(classify(line, stage)).toMatchObject({ outcome: 'refused', class: expected }))
  }
})

describe('a refusal that any mail would have met is about the account', () => {
  const refused: [string, Stage, 'account' | undefined][] = [
    ['554 No service here', 'connect', 'account'],
    ['454 4.7.0 Temporary authentication failure', 'auth', 'account'],
    ['535 5.7.8 Bad credentials', 'auth', 'account'],
    ['421 4.3.2 Shutting down', 'rset', 'account'],
    ['421 4.7.0 Too many messages on this connection', 'rcpt', 'account'],
    ['451 4.3.0 Local error', 'mail', 'account'],
    ['452 4.3.1 Insufficient system storage', 'mail', 'account'],
    ['550 5.1.8 Sender domain unknown', 'mail', 'account'],
    ['554 5.7.1 Relay access denied', 'rcpt', 'account'],
    ['554 Message rejected: Email address is not verified', 'content', 'account'],
    ['454 Throttling failure: Maximum sending rate exceeded', 'content', 'account'],
    ['552 5.3.4 Message too big', 'mail', undefined],
    ['452 4.3.4 Message size exceeds fixed limit', 'mail', undefined],
    ['450 4.2.0 Greylisted, try again in 300 seconds', 'rcpt', undefined],
    ['451 4.3.0 Local error', 'rcpt', undefined],
    ['451 4.3.0 Local error', 'data', undefined],
    ['451 4.3.0 Local error', 'content', undefined],
    ['550 5.1.1 No such user', 'rcpt', undefined],
    ['554 5.7.1 Spam message rejected', 'content', undefined],
  ]
  test.each(refused)('%s (%s): %s', (line, stage, about) => {
    const result = classify(line, stage)
    expect(result.outcome === 'refused' && result.about).toBe(about)
  })

  const hide = createRedactor([])
  test.each([
    [{ kind: 'misconfigured', code: 'ETLS', detail: 'No encryption' }, 'account'],
    [{ kind: 'notTried', code: 'EBUSY' }, 'account'],
    [{ kind: 'notTried', code: 'ETIMEDOUT' }, 'account'],
    [{ kind: 'notTried', code: 'ECLOSED' }, undefined],
    [{ kind: 'lost', code: 'ECONNREFUSED', mayHaveArrived: false, untouched: true }, 'account'],
    [{ kind: 'lost', code: 'ECONNRESET', mayHaveArrived: false, untouched: false }, 'account'],
  ] as const)('%j: %s', (delivery, about) => {
    const result = toSendResult(delivery, '<id@shop.example>', hide)
    expect(result.outcome === 'refused' && result.about).toBe(about)
  })

  test('a mail that may have arrived is uncertain', () =>
    expect(
      toSendResult({ kind: 'lost', code: 'ECONNRESET', mayHaveArrived: true, untouched: false }, '<id>', hide).outcome,
    ).toBe('uncertain'))
})

describe('the wait a server asks for is kept, within an hour', () => {
  for (const [line, ms] of [
    ['450 4.2.0 Greylisted, try again in 300 seconds', 300_000],
    ['451 4.7.1 Please retry after 5 minutes', 300_000],
    ['450 Come back in 2 min', 120_000],
    ['450 Please wait 99999 seconds', 3_600_000],
  ] as const) {
    test(line, () => expect(classify(line)).toMatchObject({ class: 'retry_later', retryAfterMs: ms }))
  }
  test('a number that is no wait is not one', () =>
    expect(classify('451 4.3.0 Error 300 in queue file')).not.toHaveProperty('retryAfterMs'))
})

describe("the server's own name of the mail is kept", () => {
  const accepted = (text: string) =>
    toSendResult(
      { kind: 'accepted', reply: { code: 250, text, enhanced: undefined } },
      '<id@shop.example>',
      createRedactor([]),
    )
  for (const [server, text, id] of [
    ['Postfix', '2.0.0 Ok: queued as 4bXyZ1Q2Rt', '4bXyZ1Q2Rt'],
    ['Exim', 'OK id=1pQxYz-000abc-2D', '1pQxYz-000abc-2D'],
    [
      'Amazon SES',
      'Ok 0102018f1a2b3c4d-12345678-9abc-def0-1234-56789abcdef0-000000',
      '0102018f1a2b3c4d-12345678-9abc-def0-1234-56789abcdef0-000000',
    ],
    ['one that gives none', 'Thank you', '<id@shop.example>'],
  ] as const) {
    test(server, () => expect(accepted(text)).toEqual({ outcome: 'sent', providerMessageId: id }))
  }
})

describe('details', () => {
  const hide = createRedactor(['bob.smith', 'Your invoice', undefined, 'ab'])
  test('hide addresses in every form', () => {
    expect(hide('<bob@example.com> bob@example.com: (via eve@example.org), to=<x+y@sub.example.com>')).not.toMatch(
      /@|bob|eve/,
    )
  })
  test('hide the private words', () =>
    expect(hide('user bob.smith got "Your invoice"')).toBe('user [hidden] got "[hidden]"'))
  test('hide links, which carry tokens', () =>
    expect(hide('see https://example.com/?token=abc now')).toBe('see [link] now'))
  test('are one line of at most 300 characters', () =>
    expect(hide(`a\r\n\tb\0${'c'.repeat(1000)}`)).toMatch(/^a b c{290,}…$/))
})
