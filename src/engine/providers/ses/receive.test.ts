import { beforeEach, describe, expect, test } from 'vitest'
import type { WebhookCall, WebhookResult } from '../../channels/report.ts'
import fixtures from './fixtures/events.json' with { type: 'json' }
import { createPretendSns, TOPIC } from './pretend-sns.ts'
import { createSesReceiver } from './receive.ts'
import { type SesSettings, sesSettings } from './settings.ts'
import type { Envelope } from './sns.ts'

const NOW = new Date('2026-03-01T12:00:00Z')
const OURS = '01a0b1c2-d3e4-7f00-8000-0123456789ab'
const settings: SesSettings = sesSettings.parse({
  region: 'eu-west-3',
  user: 'AKIAEXAMPLE',
  password: 'secret',
  from: 'hello@shop.example',
  topicArn: TOPIC,
})

let sns: ReturnType<typeof createPretendSns>
let receive: ReturnType<typeof createSesReceiver>
beforeEach(() => {
  sns = createPretendSns()
  receive = createSesReceiver(sns.fetchFromSns)
})

const post = (made: Envelope, change: Partial<WebhookCall> = {}) =>
  receive({ ...sns.callOf(made, NOW), ...change }, settings)
const notify = (event: unknown, change: Partial<Envelope> = {}) =>
  post(sns.envelope({ Message: typeof event === 'string' ? event : JSON.stringify(event), ...change }, NOW))
const only = (result: WebhookResult) => {
  expect(result).toMatchObject({ ok: true, reports: [{}] })
  expect(result).not.toHaveProperty('unknown')
  return (result as Extract<WebhookResult, { ok: true }>).reports[0]!
}
const forged = { ok: false, reason: 'bad_signature' }
const DELIVERY = fixtures['delivery-event.ses_event']

describe('a call that SNS did not sign is refused', () => {
  for (const SignatureVersion of ['1', '2'])
    test(`in signature version ${SignatureVersion}: one changed byte, another version, another signature`, async () => {
      const good = sns.envelope({ Message: JSON.stringify(DELIVERY), SignatureVersion, Subject: 'Sample' }, NOW)
      expect(await post(good)).toMatchObject({ ok: true })
      for (const field of ['Message', 'MessageId', 'Subject', 'Timestamp'] as const)
        expect(await post({ ...good, [field]: `${good[field]!.slice(0, -1)}~` }), field).toMatchObject(forged)
      expect(await post({ ...good, Subject: undefined as never })).toMatchObject(forged)
      expect(await post({ ...good, Type: 'UnsubscribeConfirmation' })).toMatchObject(forged)
      expect(await post({ ...good, SignatureVersion: SignatureVersion === '1' ? '2' : '1' })).toMatchObject(forged)
      for (const other of ['3', '', 'constructor'])
        expect(await post({ ...good, SignatureVersion: other })).toMatchObject(forged)
      for (const Signature of ['', 'EXAMPLE-SIGNATURE==', good.Signature.slice(4)])
        expect(await post({ ...good, Signature })).toMatchObject(forged)
    })

  test('with a certificate from anywhere but the topic’s own SNS, and nothing is fetched there', async () => {
    const urls = [
      'https://sns.eu-west-3.amazonaws.com.evil.example/SimpleNotificationService-1.pem',
      'https://evil.example/SimpleNotificationService-1.pem',
      'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-1.pem',
      'http://sns.eu-west-3.amazonaws.com/SimpleNotificationService-1.pem',
      'https://sns.eu-west-3.amazonaws.com:8443/SimpleNotificationService-1.pem',
      'https://user@sns.eu-west-3.amazonaws.com/SimpleNotificationService-1.pem',
      'https://sns.eu-west-3.amazonaws.com/bucket/SimpleNotificationService-1.pem',
      'https://sns.eu-west-3.amazonaws.com/SimpleNotificationService-1.pem?x=1',
      'https://sns.eu-west-3.amazonaws.com/SimpleNotificationService-../1.pem',
      'https://127.0.0.1/SimpleNotificationService-1.pem',
      'file:///etc/passwd',
      '',
    ]
    for (const SigningCertURL of urls)
      expect(await notify(DELIVERY, { SigningCertURL }), SigningCertURL).toMatchObject(forged)
    expect(sns.fetched).toEqual([])
  })

  test('of another topic, or where no topic is known', async () => {
    expect(await notify(DELIVERY, { TopicArn: `${TOPIC}2` })).toMatchObject(forged)
    const call = sns.callOf(sns.envelope({ Message: JSON.stringify(DELIVERY) }, NOW), NOW)
    expect(await receive(call, { ...settings, topicArn: undefined })).toMatchObject(forged)
    expect(sns.fetched).toEqual([])
  })

  test('when it is hours old, or of a time that is none', async () => {
    const old = sns.envelope({ Message: JSON.stringify(DELIVERY) }, new Date(NOW.getTime() - 3 * 3_600_000))
    expect(await post(old)).toMatchObject({ ok: false, reason: 'stale' })
    expect(await notify(DELIVERY, { Timestamp: 'yesterday' })).toMatchObject({ ok: false, reason: 'stale' })
  })

  test('when it is raw, or no message of SNS at all', async () => {
    const raw = { 'x-amz-sns-rawdelivery': 'true' }
    const good = sns.envelope({ Message: JSON.stringify(DELIVERY) }, NOW)
    expect(await post(good, { headers: raw })).toMatchObject({
      ok: false,
      reason: 'unreadable',
      detail: expect.stringContaining('raw'),
    })
    for (const body of ['', '{', 'null', '[]', '{"Type":"Notification"}', JSON.stringify(DELIVERY)])
      expect(await post(good, { body: Buffer.from(body) })).toMatchObject({ ok: false, reason: 'unreadable' })
    const known = { ...good, Message: 7 as never }
    expect(await post(known)).toMatchObject({ ok: false, reason: 'unreadable' })
  })

  test('after its certificate has ended', async () => {
    const later = new Date('2121-01-01T00:00:00Z')
    const made = sns.envelope({ Message: JSON.stringify(DELIVERY) }, later)
    expect(await post(made, { receivedAt: later })).toMatchObject(forged)
  })
})

describe('the certificate', () => {
  test('is fetched once', async () => {
    for (let n = 0; n < 3; n++) await notify(DELIVERY)
    await Promise.all([notify(DELIVERY), notify(DELIVERY)])
    expect(sns.fetched).toEqual(['https://sns.eu-west-3.amazonaws.com/SimpleNotificationService-12345abcde.pem'])
  })
  test('that cannot be fetched leaves the call undecided, and is asked for again', async () => {
    sns.beAway(true)
    await expect(notify(DELIVERY)).rejects.toThrow('away')
    sns.beAway(false)
    expect(await notify(DELIVERY)).toMatchObject({ ok: true })
  })
})

describe('a subscription', () => {
  test('to the account’s own topic is confirmed, once', async () => {
    const made = sns.subscription(NOW)
    expect(await post(made)).toEqual({ ok: true, reports: [] })
    expect(await post(made)).toEqual({ ok: true, reports: [] })
    expect(sns.fetched.slice(1)).toEqual([made.SubscribeURL])
  })
  test('is confirmed nowhere but at the topic’s own SNS', async () => {
    for (const SubscribeURL of [
      'https://evil.example/?Action=ConfirmSubscription',
      'https://127.0.0.1:1/',
      `https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=${TOPIC}&Token=1`,
      `https://sns.eu-west-3.amazonaws.com/?Action=ConfirmSubscription&TopicArn=${TOPIC}2&Token=1`,
      `https://sns.eu-west-3.amazonaws.com/?Action=DeleteTopic&TopicArn=${TOPIC}`,
      '',
    ])
      expect(await post(sns.subscription(NOW, { SubscribeURL })), SubscribeURL).toMatchObject(forged)
    expect(await post({ ...sns.subscription(NOW), Token: 'other' })).toMatchObject(forged)
    expect(await post(sns.subscription(NOW, { TopicArn: `${TOPIC}2` }))).toMatchObject(forged)
    expect(sns.fetched.filter((url) => !url.endsWith('.pem'))).toEqual([])
  })
  test('that Amazon does not confirm now is refused, so that it comes again', async () => {
    await notify(DELIVERY)
    sns.beAway(true)
    expect(await post(sns.subscription(NOW))).toMatchObject({ ok: false, reason: 'stale' })
  })
  test('that has ended is shown', async () => {
    const made = sns.subscription(NOW, { Type: 'UnsubscribeConfirmation' })
    expect(await post(made)).toMatchObject({ ok: true, reports: [], unknown: [expect.stringContaining('Unsubscribe')] })
  })
})

describe('SES’s samples', () => {
  const expected: Record<string, object> = {
    'bounce-event': {
      status: 'bounced',
      suppress: 'hard_bounce',
      code: '5.1.1',
      detail: 'smtp; 550 5.1.1 [address]... User unknown',
      at: new Date('2016-01-27T14:59:44.101Z'),
      providerMessageId: '00000138111222aa-33322211-cccc-cccc-cccc-ddddaaaa0680-000000',
    },
    'multiple-bounce-event': { status: 'bounced', suppress: 'hard_bounce', code: 'Permanent General' },
    'complaint-event': { status: 'delivered', suppress: 'complaint', code: 'abuse' },
    'delivery-event': { status: 'delivered', at: new Date('2016-01-27T14:59:38.237Z') },
    'send-event': { status: 'sent', at: new Date('2016-10-14T05:02:16.645Z') },
    'reject-event': { status: 'failed', code: 'Reject', detail: 'SES refused the content: Bad content' },
    'open-event': { status: 'opened' },
    'click-event': { status: 'clicked', link: 'https://docs.aws.amazon.com/ses/latest/DeveloperGuide/' },
    'rendering-failure-event': { status: 'failed', code: 'Rendering Failure' },
  }
  for (const [name, report] of Object.entries(expected))
    test(name, async () => {
      const event = fixtures[`${name}.ses_event` as 'open-event.ses_event']
      const { Subject } = fixtures[`${name}.sns_message` as 'bounce-event.sns_message']
      const made = sns.envelope({ Message: JSON.stringify(event), ...(Subject ? { Subject } : {}) }, NOW)
      const told = only(await post(made))
      expect(told).toMatchObject({ eventId: made.MessageId, providerMessageId: event.mail.messageId, ...report })
      if (!('suppress' in report)) expect(told).not.toHaveProperty('suppress')
      if (!('at' in report)) expect(told.at.getTime()).toBeGreaterThan(0)
    })
  test('incorrect-received-event: mail that came in is not ours to read', async () => {
    const { Message } = fixtures['incorrect-received-event.sns_message']
    expect(await notify(Message)).toEqual({ ok: true, reports: [], unknown: ['event Received'] })
  })
})

describe('an event', () => {
  const mail = { messageId: '0102018f0000aaaa-1-000000', destination: ['camille@example.fr'] }
  const bounce = (said: object) => notify({ eventType: 'Bounce', bounce: said, mail })

  test('comes home by the tag, or by the Message-ID that was replaced', async () => {
    const event = { eventType: 'Delivery', delivery: {} }
    const tagged = { ...mail, tags: { carillon_message_id: [OURS] } }
    expect(only(await notify({ ...event, mail: tagged }))).toMatchObject({ messageId: OURS, at: NOW })
    const headers = [{ name: 'Message-ID', value: `<${OURS}@shop.example>` }]
    expect(only(await notify({ ...event, mail: { ...mail, headers } }))).toMatchObject({ messageId: OURS })
    expect(only(await notify({ ...event, mail: { ...mail, tags: [7], headers: 'x' } }))).not.toHaveProperty('messageId')
  })
  test('of a bounce that may pass keeps the address', async () => {
    const full = {
      bounceType: 'Transient',
      bounceSubType: 'MailboxFull',
      bouncedRecipients: [{ status: '4.2.2', action: 'failed' }],
    }
    expect(only(await bounce(full))).toMatchObject({ status: 'bounced', code: '4.2.2' })
    expect(only(await bounce(full))).not.toHaveProperty('suppress')
    const undetermined = { bounceType: 'Undetermined', bounceSubType: 'Undetermined', bouncedRecipients: [{}] }
    expect(only(await bounce(undetermined))).not.toHaveProperty('suppress')
    expect(only(await bounce({}))).toMatchObject({ status: 'bounced', code: 'unknown' })
  })
  test('of an out-of-office answer is no bounce', async () => {
    const answer = {
      bounceType: 'Transient',
      bounceSubType: 'General',
      bouncedRecipients: [{ emailAddress: 'camille@example.fr' }],
    }
    expect(only(await bounce(answer))).toMatchObject({ status: 'deferred' })
  })
  test('of an address on the account’s own list is not used again', async () => {
    const listed = { bounceType: 'Permanent', bounceSubType: 'OnAccountSuppressionList', bouncedRecipients: [{}] }
    expect(only(await bounce(listed))).toMatchObject({
      suppress: 'hard_bounce',
      code: 'Permanent OnAccountSuppressionList',
    })
    const left = { bounceType: 'Permanent', bounceSubType: 'UnsubscribedRecipient', bouncedRecipients: [{}] }
    expect(only(await bounce(left))).toMatchObject({ suppress: 'opted_out' })
  })
  test('of a complaint that says it is no spam stops nothing', async () => {
    const complaint = { complaintFeedbackType: 'not-spam' }
    expect(only(await notify({ eventType: 'Complaint', complaint, mail }))).not.toHaveProperty('suppress')
    const earlier = { complaintSubType: 'OnAccountSuppressionList' }
    expect(only(await notify({ eventType: 'Complaint', complaint: earlier, mail }))).toMatchObject({
      status: 'failed',
      suppress: 'complaint',
    })
  })
  test('of a delay, without the address', async () => {
    const delayedRecipients = [
      { status: '4.4.1', diagnosticCode: 'smtp; 421 4.4.1 camille@example.fr (camille) unreachable' },
    ]
    const deliveryDelay = {
      delayType: 'TransientCommunicationFailure',
      delayedRecipients,
      timestamp: '2026-03-01T11:00:00Z',
    }
    expect(only(await notify({ eventType: 'DeliveryDelay', deliveryDelay, mail }))).toMatchObject({
      status: 'deferred',
      code: '4.4.1',
      detail: 'smtp; 421 4.4.1 [address] ([hidden]) unreachable',
      at: new Date('2026-03-01T11:00:00Z'),
    })
  })
  test('of Apple’s proxy is a machine’s', async () => {
    expect(only(await notify({ eventType: 'Open', open: { userAgent: 'Mozilla/5.0' }, mail }))).toMatchObject({
      status: 'opened',
      automatic: true,
    })
  })
  test('of a way out through SES’s own list is an opt-out when it is from everything', async () => {
    const subscription = { newTopicPreferences: { unsubscribeAll: true } }
    expect(only(await notify({ eventType: 'Subscription', subscription, mail }))).toMatchObject({
      suppress: 'opted_out',
    })
    expect(await notify({ eventType: 'Subscription', subscription: {}, mail })).toEqual({ ok: true, reports: [] })
  })
  test('that nobody knows is counted; that a topic works is no event', async () => {
    for (const [message, word] of [
      ['{"eventType":"constructor"}', 'event constructor'],
      ['null\n', 'event without a name'],
      ['hello', 'event without a name'],
    ] as const)
      expect(await notify(message)).toEqual({ ok: true, reports: [], unknown: [word] })
    expect(await notify('Successfully validated SNS topic for Amazon SES event publishing.')).toEqual({
      ok: true,
      reports: [],
    })
  })
})
