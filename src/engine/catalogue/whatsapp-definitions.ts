import { readCompiled } from '../templates/compiled.ts'
import { BUILT_IN_LOCALES } from '../templates/source.ts'
import type { Parse } from '../templates/syntax.ts'
import type { CatalogueEntry } from './catalogue.ts'
import { approvedWords, STOP } from './wording.ts'

/** A template as Meta's `POST /<account>/message_templates` takes it. */
export interface WhatsappDefinition {
  readonly name: string
  readonly language: string
  readonly category: 'UTILITY' | 'MARKETING'
  readonly components: readonly Component[]
}

type Component =
  | { readonly type: 'BODY'; readonly text: string; readonly example?: { readonly body_text: readonly [string[]] } }
  | { readonly type: 'FOOTER'; readonly text: string }
  | { readonly type: 'BUTTONS'; readonly buttons: readonly { readonly type: 'QUICK_REPLY'; readonly text: string }[] }

/**
 * The templates that the built-in wording names, to be submitted to WhatsApp: the words, with each gap numbered and an
 * example made from the entry's sample.
 */
export function whatsappDefinitions(entries: readonly CatalogueEntry[], parse: Parse): WhatsappDefinition[] {
  const found = new Map<string, WhatsappDefinition>()
  for (const entry of entries)
    for (const locale of BUILT_IN_LOCALES) {
      const source = entry.templates[locale].whatsapp
      if (!source?.template) continue
      const { name, language, category } = source.template
      const { text: words, template } = source
      const filled = readCompiled({ format: 1, channel: 'whatsapp', text: words, template }, parse).render({
        payload: entry.payload.parse(entry.sample),
        contact: { name: 'Camille Exemple' },
        organization: { name: 'Maison Exemple' },
        locale,
        timeZone: 'Europe/Paris',
      })
      const examples = 'template' in filled ? [...(filled.template?.body ?? [])] : []
      let gap = 0
      const text = approvedWords(source).replace(/\{\{[^{}]+\}\}/g, () => `{{${++gap}}}`)
      const replies = source.buttons?.kind === 'reply' ? source.buttons.buttons : []
      found.set(`${name} ${language}`, {
        name,
        language,
        category: category === 'marketing' ? 'MARKETING' : 'UTILITY',
        components: [
          { type: 'BODY', text, ...(examples.length ? { example: { body_text: [examples] } } : {}) },
          ...(category === 'marketing' ? [{ type: 'FOOTER' as const, text: STOP[locale] }] : []),
          ...(replies.length
            ? [
                {
                  type: 'BUTTONS' as const,
                  buttons: replies.map(({ title }) => ({ type: 'QUICK_REPLY' as const, text: title })),
                },
              ]
            : []),
        ],
      })
    }
  return [...found.values()]
}
