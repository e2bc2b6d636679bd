import { type LookupAddress, lookup as systemLookup } from 'node:dns'
import { BlockList, isIP, isIPv4, type LookupFunction } from 'node:net'

/** Somebody's setting names a host that is not on the public internet. */
export class PrivateHostError extends Error {
  readonly code = 'EPRIVATE'

  constructor(host: string) {
    super(`${host} is not on the public internet: this installation connects to public addresses only`)
    this.name = 'PrivateHostError'
  }
}

/** What IANA's special-purpose registries say is not globally reachable, and multicast. */
const NOT_PUBLIC_V4 = blocks('ipv4', [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10', // carrier-grade NAT
  '127.0.0.0/8',
  '169.254.0.0/16', // link-local, where clouds keep their metadata
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24', // documentation
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
])
const GLOBAL_V6 = blocks('ipv6', ['2000::/3'])
const NOT_PUBLIC_V6 = blocks('ipv6', [
  '2001::/23', // Teredo and other tunnels
  '2001:db8::/32', // documentation
  '2002::/16', // 6to4: an IPv4 address in disguise
  '3fff::/20', // documentation
])
/** IPv6 forms that reach the IPv4 address in their last 32 bits: mapped, and through NAT64. */
const CARRIES_V4 = blocks('ipv6', ['::ffff:0:0/96', '64:ff9b::/96'])

/** Whether an IP address (as `net.isIP` knows it) is one on the public internet. */
export function isPublicAddress(address: string): boolean {
  // A zone names an interface of this machine.
  if (address.includes('%')) return false
  if (isIPv4(address)) return !NOT_PUBLIC_V4.check(address, 'ipv4')
  if (CARRIES_V4.check(address, 'ipv6')) return !NOT_PUBLIC_V4.check(lastFourBytes(address), 'ipv4')
  return GLOBAL_V6.check(address, 'ipv6') && !NOT_PUBLIC_V6.check(address, 'ipv6')
}

/**
 * The IP address that a host text stands for, however it is written: `2130706433`, `0x7f.1`, `0177.0.0.1`, `[::1]`,
 * `１２７.0.0.1`. Undefined for a name. Connecting to such a text asks no resolver, so it is checked before.
 */
export function addressIn(host: string): string | undefined {
  const bare = host.replace(/^\[(.*)\]$/, '$1')
  if (isIP(bare)) return bare
  // The URL standard reads every notation that C libraries do.
  const url = URL.parse(`http://${bare}/`)
  return url && isIPv4(url.hostname) ? url.hostname : undefined
}

type Resolve = (
  host: string,
  options: { readonly all: true; readonly family: number },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void

/**
 * As `net.connect`'s and undici's `lookup`: the addresses of a name, refused with {@link PrivateHostError} unless all of
 * them are public. Checked at the moment of connecting, so a name whose address changes after it was saved gets nowhere.
 * For a host that is an address Node asks no lookup: see {@link addressIn}.
 */
export function createPublicLookup(resolve: Resolve = systemLookup): LookupFunction {
  return (host, { all, family }, callback) => {
    const wanted = family === 4 || family === 'IPv4' ? 4 : family === 6 || family === 'IPv6' ? 6 : 0
    resolve(host, { all: true, family: wanted }, (error, addresses) => {
      if (error) return callback(error, '')
      const [first] = addresses
      if (!first || addresses.some(({ address }) => !isPublicAddress(address)))
        return callback(new PrivateHostError(host), '')
      if (all) callback(null, addresses)
      else callback(null, first.address, first.family)
    })
  }
}

export type HostVerdict = 'public' | 'private' | 'unknown'

/** Looks a host up now, for whoever saves it: `unknown` when there is no such name. A resolver that is away forbids nothing. */
export async function lookAtHost(host: string, lookup: LookupFunction = createPublicLookup()): Promise<HostVerdict> {
  const literal = addressIn(host)
  if (literal !== undefined) return isPublicAddress(literal) ? 'public' : 'private'
  const error = await new Promise<NodeJS.ErrnoException | null>((done) => lookup(host, { all: true }, done))
  if (error instanceof PrivateHostError) return 'private'
  return error?.code === 'ENOTFOUND' || error?.code === 'ENODATA' ? 'unknown' : 'public'
}

function blocks(family: 'ipv4' | 'ipv6', subnets: readonly string[]): BlockList {
  const list = new BlockList()
  for (const subnet of subnets) {
    const [net, prefix] = subnet.split('/')
    list.addSubnet(net!, Number(prefix), family)
  }
  return list
}

/** Of an IPv6 address in any spelling: the URL standard writes it in hexadecimal groups. */
function lastFourBytes(address: string): string {
  const groups = new URL(`http://[${address}]/`).hostname.slice(1, -1).split(':').slice(-2)
  const [high, low] = groups.map((group) => Number.parseInt(group || '0', 16))
  return [high! >> 8, high! & 255, low! >> 8, low! & 255].join('.')
}
