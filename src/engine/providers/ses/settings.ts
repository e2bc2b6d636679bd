import { z } from 'zod'
import { type SmtpSettings, smtpSettings } from '../smtp/settings.ts'

const smtp = smtpSettings.shape

/** What an Amazon SES account needs. Mails go by its SMTP interface, reports come by an SNS topic. */
export const sesSettings = z.strictObject({
  /** Where the sender is verified: `eu-west-3`. */
  region: z.string().regex(/^[a-z]{2}(-[a-z]{2,12}){1,3}-\d{1,2}$/, 'Write a region as Amazon does: eu-west-3'),
  /** SMTP credentials of SES, which are not an access key. */
  user: z.string().min(1).max(320),
  password: z.string().min(1).max(4096).meta({ secret: true }),
  /** At a verified domain, or a verified address. */
  from: smtp.from,
  /** Its event destinations decide what is reported, with our message's id among its tags. */
  configurationSet: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, 'Write the name of the configuration set')
    .optional(),
  /** The one topic whose reports are believed. Without it none is. */
  topicArn: z
    .string()
    .regex(
      /^arn:aws(-cn|-us-gov)?:sns:[a-z]{2}(-[a-z]{2,12}){1,3}-\d{1,2}:\d{12}:[A-Za-z0-9_-]{1,256}$/,
      'Write the ARN of the SNS topic: arn:aws:sns:eu-west-3:123456789012:ses',
    )
    .optional(),
  /** Instead of the region's public endpoint: a FIPS or VPC one, or a test server. */
  host: smtp.host.optional(),
  /** STARTTLS on 587, 25 and 2587; TLS from the first byte with `secure` on 465 and 2465. */
  port: smtp.port,
  secure: smtp.secure,
  /** Never encrypt. For a test server only: SES refuses it. */
  ignoreTls: smtp.ignoreTls,
  pool: smtp.pool,
  messagesPerConnection: smtp.messagesPerConnection,
  timeouts: smtp.timeouts,
})

export type SesSettings = z.infer<typeof sesSettings>

/** Of a region's SMTP interface. */
export const hostOf = ({ region, host }: SesSettings): string =>
  host ?? `email-smtp.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`

/** The same account as any SMTP server. SES signs with DKIM and handles bounces itself. */
export const smtpSettingsOf = (settings: SesSettings): SmtpSettings => {
  const { user, password, from, port, secure, ignoreTls, pool, messagesPerConnection, timeouts } = settings
  return smtpSettings.parse({
    host: hostOf(settings),
    port,
    secure,
    requireTls: !ignoreTls,
    ignoreTls,
    user,
    password,
    from,
    pool,
    messagesPerConnection,
    timeouts,
  })
}
