import { expect, test } from 'vitest'
import { mailDocument } from './mail-document.ts'
import { isSafeLink } from './safe-link.ts'

test('links of a mail open elsewhere, whether or not it has a head', () => {
  expect(mailDocument('<html><head lang="fr"><title>x</title></head></html>', {})).toMatch(
    /^<html><head lang="fr"><meta [^>]+><base target="_blank"><title>x<\/title><\/head><\/html>$/,
  )
  expect(mailDocument('<p>x</p>', {})).toMatch(/^<meta [^>]+><base target="_blank"><p>x<\/p>$/)
})

test('a mail may show styles and pictures, and do nothing', () => {
  expect(mailDocument('<p>x</p>', {})).toContain(
    "default-src 'none'; img-src http: https: data:; style-src 'unsafe-inline'",
  )
})

test('a mail is shown by day or by night, whatever the reader’s program is set to', () => {
  const html =
    '<head><meta name="color-scheme" content="light dark"><style>@media (prefers-color-scheme: dark){p{color:#fff}}</style></head>'
  expect(mailDocument(html, {})).toContain('content="light"><style>@media (max-width:0)')
  expect(mailDocument(html, {}, true)).toContain('content="dark"><style>@media (min-width:0)')
})

test('inline images are filled in; one that is missing stays as it was', () => {
  const html = '<img src="cid:logo@sample"><img src=\'cid:gone\'>'
  expect(mailDocument(html, { 'logo@sample': 'data:image/png;base64,AA' })).toContain('src="data:image/png;base64,AA"')
  expect(mailDocument(html, {})).toContain("src='cid:gone'")
})

test.each(['javascript:alert(1)', 'data:text/html,x', '//example.com', ' javascript:x', ''])(
  '%j never becomes a link',
  (url) => {
    expect(isSafeLink(url)).toBe(false)
  },
)

test.each(['https://example.com', '/messages/1', 'http://localhost:3000/x'])('%j may be a link', (url) => {
  expect(isSafeLink(url)).toBe(true)
})
