import { expect, test } from 'vitest'
import { mailDocument } from './mail-document.ts'
import { isSafeLink } from './safe-link.ts'

test('links of a mail open elsewhere, whether or not it has a head', () => {
  expect(mailDocument('<html><head lang="fr"><title>x</title></head></html>', {})).toBe(
    '<html><head lang="fr"><base target="_blank"><title>x</title></head></html>',
  )
  expect(mailDocument('<p>x</p>', {})).toBe('<base target="_blank"><p>x</p>')
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
