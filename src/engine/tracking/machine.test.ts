import { describe, expect, test } from 'vitest'
import { type Hit, machineReason } from './machine.ts'

const SENT = new Date('2026-11-02T09:00:00Z')
const later = (ms: number) => new Date(SENT.getTime() + ms)
const BROWSER =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36'
const hit = (over: Partial<Hit> = {}): Hit => ({
  kind: 'click',
  method: 'GET',
  userAgent: BROWSER,
  prefetch: false,
  at: later(60_000),
  link: 'https://shop.example/a',
  ...over,
})
const open = (over: Partial<Hit> = {}) => hit({ kind: 'open', link: null, ...over })

describe('a machine', () => {
  test.each<[string, Hit, Hit[]]>([
    ['head', hit({ method: 'HEAD' }), []],
    ['head', open({ method: 'HEAD' }), []],
    ['prefetch', hit({ prefetch: true }), []],
    ['image_proxy', open({ userAgent: 'Mozilla/5.0' }), []],
    [
      'image_proxy',
      open({ userAgent: 'Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)' }),
      [],
    ],
    [
      'image_proxy',
      open({ userAgent: 'YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html' }),
      [],
    ],
    ['scanner', hit({ userAgent: '' }), []],
    ['scanner', hit({ userAgent: 'BarracudaCentral/1.0' }), []],
    ['scanner', hit({ userAgent: 'Mozilla/5.0 (compatible; Proofpoint URL Defense)' }), []],
    ['scanner', hit({ userAgent: 'Mozilla/5.0 (X11) HeadlessChrome/142.0' }), []],
    ['scanner', hit({ userAgent: 'python-requests/2.32' }), []],
    ['scanner', hit({ userAgent: 'Go-http-client/2.0' }), []],
    ['scanner', open({ userAgent: 'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots) preview' }), []],
    ['too_soon', hit({ at: later(1_999) }), []],
    ['too_soon', open({ at: later(0) }), []],
    ['too_soon', open({ at: later(-500) }), []],
    ['trap', hit({ link: null }), []],
    ['trap', hit(), [hit({ link: null, at: later(100_000) })]],
    ['many_links', hit(), [hit({ link: 'https://shop.example/b', at: later(60_900) })]],
    ['many_links', hit(), [hit({ link: 'https://shop.example/b', at: later(59_100) })]],
  ])('%s', (reason, one, others) => {
    expect(machineReason(one, SENT, others)).toBe(reason)
  })
})

describe('a person', () => {
  test.each<[string, Hit, Date | null, Hit[]]>([
    ['who reads', open(), SENT, []],
    ['who follows a link', hit(), SENT, [open({ at: later(59_000) })]],
    ['who is quick', hit({ at: later(2_000) }), SENT, []],
    ['who clicks twice', hit(), SENT, [hit({ at: later(60_300) })]],
    ['who follows another link later', hit(), SENT, [hit({ link: 'https://shop.example/b', at: later(61_100) })]],
    ['whose filter looked first', hit(), SENT, [hit({ link: null, at: later(-1) })]],
    ['of whose mail we do not know when it left', hit({ at: later(0) }), null, []],
    [
      'on a phone',
      open({ userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148' }),
      SENT,
      [],
    ],
    [
      'with Outlook',
      open({ userAgent: 'Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10.0; Microsoft Outlook 16.0)' }),
      SENT,
      [],
    ],
  ])('%s', (_, one, sentAt, others) => {
    expect(machineReason(one, sentAt, others)).toBeUndefined()
  })
})
