import type { LookupAddress } from 'node:dns'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addressIn, createPublicLookup, isPublicAddress, lookAtHost, PrivateHostError } from './public-host.ts'

describe('an address that is not on the public internet is known as such', () => {
  test.each([
    ['this machine', '127.0.0.1'],
    ['this machine, anywhere in its block', '127.255.255.254'],
    ['this machine, as “any”', '0.0.0.0'],
    ['the zero block', '0.1.2.3'],
    ['a private network of class A', '10.0.0.1'],
    ['of class B, first', '172.16.0.1'],
    ['of class B, last', '172.31.255.255'],
    ['of class C', '192.168.1.1'],
    ['carrier-grade NAT', '100.64.0.1'],
    ['link-local', '169.254.1.1'],
    ['the metadata of a cloud', '169.254.169.254'],
    ['the metadata of another cloud', '100.100.100.200'],
    ['documentation', '192.0.2.1'],
    ['benchmarks', '198.19.0.1'],
    ['multicast', '224.0.0.1'],
    ['reserved', '250.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['IPv6 loopback', '::1'],
    ['IPv6 loopback in full', '0:0:0:0:0:0:0:1'],
    ['IPv6 unspecified', '::'],
    ['IPv6 link-local', 'fe80::1'],
    ['IPv6 link-local on an interface', 'fe80::1%eth0'],
    ['IPv6 site-local', 'fec0::1'],
    ['IPv6 unique local', 'fd12:3456:789a::1'],
    ['IPv6 unique local, the other half', 'fc00::1'],
    ['IPv6 multicast', 'ff02::1'],
    ['IPv6 documentation', '2001:db8::1'],
    ['a public address on an interface', '2606:4700::1111%eth0'],
    ['mapped IPv4', '::ffff:127.0.0.1'],
    ['mapped IPv4 in hexadecimal', '::ffff:7f00:1'],
    ['mapped IPv4 in full', '0:0:0:0:0:ffff:a9fe:a9fe'],
    ['mapped “any”', '::ffff:0:0'],
    ['IPv4 as it was once embedded', '::127.0.0.1'],
    ['NAT64 to a private address', '64:ff9b::10.0.0.1'],
    ['NAT64 of a local network', '64:ff9b:1::1'],
    ['6to4 of a private address', '2002:a00:1::1'],
    ['Teredo', '2001:0:4136:e378:8000:63bf:3fff:fdd2'],
  ])('%s', (_, address) => expect(isPublicAddress(address)).toBe(false))
})

test.each([
  '8.8.8.8',
  '93.184.216.34',
  '172.32.0.1',
  '100.128.0.1',
  '2606:4700:4700::1111',
  '::ffff:8.8.8.8',
  '64:ff9b::808:808',
])('%s is public', (address) => expect(isPublicAddress(address)).toBe(true))

test.each([
  ['2130706433', '127.0.0.1'],
  ['0x7f000001', '127.0.0.1'],
  ['0x7f.0.0.1', '127.0.0.1'],
  ['0177.0.0.1', '127.0.0.1'],
  ['017700000001', '127.0.0.1'],
  ['127.1', '127.0.0.1'],
  ['127.0.0.1.', '127.0.0.1'],
  ['0', '0.0.0.0'],
  ['１２７.0.0.1', '127.0.0.1'],
  ['127。0。0。1', '127.0.0.1'],
  ['%31%32%37.0.0.1', '127.0.0.1'],
  ['[::1]', '::1'],
  ['[::ffff:127.0.0.1]', '::ffff:127.0.0.1'],
  ['::1', '::1'],
  ['mail.example.com', undefined],
  ['localhost', undefined],
  ['256.256.256.256', undefined],
  ['', undefined],
])('the text %j stands for %s', (host, address) => expect(addressIn(host)).toBe(address))

test('whatever number of 32 bits is written, in whatever base, is the address it stands for', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (number) => {
      const dotted = [number >>> 24, (number >>> 16) & 255, (number >>> 8) & 255, number & 255].join('.')
      for (const text of [`${number}`, `0x${number.toString(16)}`, `0${number.toString(8)}`, dotted]) {
        expect(addressIn(text)).toBe(dotted)
        expect(isPublicAddress(`::ffff:${dotted}`)).toBe(isPublicAddress(dotted))
      }
    }),
  )
})

test('a host is looked at when it is saved', async () => {
  expect(await lookAtHost('127.1')).toBe('private')
  expect(await lookAtHost('[::1]')).toBe('private')
  expect(await lookAtHost('8.8.8.8')).toBe('public')
  expect(await lookAtHost('localhost')).toBe('private')
  const failing = (code: string) =>
    createPublicLookup((_host, _options, done) => done(Object.assign(new Error(code), { code }), []))
  expect(await lookAtHost('mail.example.com', failing('ENOTFOUND'))).toBe('unknown')
  expect(await lookAtHost('mail.example.com', failing('EAI_AGAIN'))).toBe('public')
})

const answers = (...addresses: string[]) =>
  createPublicLookup((_host, { all }, done) => {
    expect(all).toBe(true)
    done(
      null,
      addresses.map((address): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 })),
    )
  })

test('one private address among public ones is enough to refuse the name', async () => {
  expect(await lookAtHost('mail.example.com', answers('8.8.8.8', '2606:4700::1111'))).toBe('public')
  expect(await lookAtHost('mail.example.com', answers('8.8.8.8', '10.0.0.1'))).toBe('private')
  expect(await lookAtHost('mail.example.com', answers())).toBe('private')
})

test('a name that has changed its address since it was saved is not connected to', async () => {
  let reached = 0
  const server = createServer().on('connection', () => reached++)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  for (const autoSelectFamily of [true, false]) {
    const error = await new Promise((resolve) => {
      const socket = connect({ host: 'rebound.example.com', port, lookup: answers('127.0.0.1'), autoSelectFamily })
      socket.on('error', resolve).on('connect', () => resolve('connected'))
    })
    expect(error).toBeInstanceOf(PrivateHostError)
  }
  expect(reached).toBe(0)
  await new Promise((resolve) => server.close(resolve))
})
