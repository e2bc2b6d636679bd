import type { RaisedEvent } from '../messages/events.ts'

/** What is said of an event where operators read along, outside the product: a line in bold, what is known, where to look. */
export interface Notice {
  readonly title: string
  readonly lines: readonly string[]
  readonly url: string | undefined
}

type Payload = Readonly<Record<string, unknown>>
type Words = (payload: Payload) => Omit<Notice, 'url'>

const said = (...lines: (string | false)[]): string[] => lines.filter((line) => line !== false)
const many = (count: unknown): boolean => typeof count === 'number' && count > 0

const WORDS: Readonly<Record<string, { readonly en: Words; readonly fr: Words }>> = {
  'provider.down': {
    en: ({ provider, channel, reason, waiting, fallback }) => ({
      title: `${provider} (${channel}) is out of service`,
      lines: said(
        reason !== undefined && `${reason}`,
        fallback !== undefined && `Messages go by ${fallback} meanwhile.`,
        many(waiting) && `Messages that wait: ${waiting}`,
      ),
    }),
    fr: ({ provider, channel, reason, waiting, fallback }) => ({
      title: `${provider} (${channel}) est hors service`,
      lines: said(
        reason !== undefined && `${reason}`,
        fallback !== undefined && `Les messages passent par ${fallback} en attendant.`,
        many(waiting) && `Messages en attente : ${waiting}`,
      ),
    }),
  },
  'provider.recovered': {
    en: ({ provider, channel, minutes, waiting }) => ({
      title: `${provider} (${channel}) answers again`,
      lines: said(`It was out for ${minutes} min.`, many(waiting) && `Messages that wait: ${waiting}`),
    }),
    fr: ({ provider, channel, minutes, waiting }) => ({
      title: `${provider} (${channel}) répond de nouveau`,
      lines: said(`Il a été absent ${minutes} min.`, many(waiting) && `Messages en attente : ${waiting}`),
    }),
  },
  'platform.fraud_detected': {
    en: ({ businessName, signal, actionTaken }) => ({
      title: `Suspected fraud: ${businessName}`,
      lines: said(`${signal}`, actionTaken !== undefined && `Already done: ${actionTaken}`),
    }),
    fr: ({ businessName, signal, actionTaken }) => ({
      title: `Fraude présumée : ${businessName}`,
      lines: said(`${signal}`, actionTaken !== undefined && `Déjà fait : ${actionTaken}`),
    }),
  },
  'platform.health_degraded': {
    en: ({ component, indicator, measured, expected, impact, endedAt }) => ({
      title: `${endedAt === undefined ? 'Degraded' : 'Restored'}: ${component}`,
      lines: said(
        `${indicator}: ${measured}${expected === undefined ? '' : `, instead of ${expected}`}`,
        impact !== undefined && endedAt === undefined && `${impact}`,
      ),
    }),
    fr: ({ component, indicator, measured, expected, impact, endedAt }) => ({
      title: `${endedAt === undefined ? 'Service dégradé' : 'Rétabli'} : ${component}`,
      lines: said(
        `${indicator} : ${measured}${expected === undefined ? '' : `, au lieu de ${expected}`}`,
        impact !== undefined && endedAt === undefined && `${impact}`,
      ),
    }),
  },
  'platform.system_alert': {
    en: ({ title, detail }) => ({ title: `${title}`, lines: [`${detail}`] }),
    fr: ({ title, detail }) => ({ title: `${title}`, lines: [`${detail}`] }),
  },
}

/** Undefined for what has no words here. Pure. */
export function noticeOf({ type, payload }: Pick<RaisedEvent, 'type' | 'payload'>, locale: string): Notice | undefined {
  const words = WORDS[type]?.[locale.startsWith('fr') ? 'fr' : 'en']
  if (!words) return undefined
  const of = payload as Payload
  const url = of.providersUrl ?? of.alertUrl ?? of.caseUrl ?? of.dashboardUrl
  return { ...words(of), url: typeof url === 'string' ? url : undefined }
}
