import type { Clock } from '../../../platform/clock.ts'
import { type Connection, defineProvider, type Network, type Provider } from '../provider.ts'
import { USUAL_PER_SECOND } from '../smtp/settings.ts'
import { connectSmtp } from '../smtp/smtp.ts'
import { MESSAGE_TAG } from './events.ts'
import { createSesReceiver } from './receive.ts'
import { hostOf, type SesSettings, sesSettings, smtpSettingsOf } from './settings.ts'
import type { FetchFromSns } from './sns.ts'

interface Deps {
  readonly clock: Clock
  readonly fetchFromSns: FetchFromSns
}

/**
 * E-mail by Amazon SES, over its SMTP interface. It puts a Message-ID of its own into every mail (its documentation of
 * header fields says so), so nobody could tell a second copy, and it cannot be asked by SMTP: a try whose outcome is unknown
 * stops and is shown. What SES reports of it later corrects that.
 */
export const createSesProvider = ({ clock, fetchFromSns }: Deps): Provider<'email', SesSettings> =>
  defineProvider({
    name: 'ses',
    channel: 'email',
    settings: sesSettings,
    limits: { perSecond: USUAL_PER_SECOND },
    hosts: (settings) => [hostOf(settings)],
    whenUncertain: 'stop',
    connect: (settings, network) => connectSes(settings, clock, network),
    receive: createSesReceiver(fetchFromSns),
    // SNS takes a 4xx for final; a wrong topic or clock may be mended within its hour.
    refuses: { bad_signature: 503, stale: 503 },
  })

function connectSes(settings: SesSettings, clock: Clock, network?: Network): Connection<'email'> {
  const smtp = connectSmtp(smtpSettingsOf(settings), { clock }, network)
  const { configurationSet } = settings
  return {
    ...smtp,
    send: (message) =>
      smtp.send({
        ...message,
        headers: {
          ...message.headers,
          'X-SES-MESSAGE-TAGS': `${MESSAGE_TAG}=${message.messageId}`,
          ...(configurationSet ? { 'X-SES-CONFIGURATION-SET': configurationSet } : {}),
        },
      }),
  }
}
