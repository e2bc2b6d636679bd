import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type CatalogueEntry, createCatalogue } from '../src/engine/catalogue/catalogue.ts'
import { whatsappDefinitions } from '../src/engine/catalogue/whatsapp-definitions.ts'
import { loadParser } from '../src/engine/templates/syntax.ts'
import { packs } from '../src/packs/packs.ts'

/** Writes docs/catalogue.md and docs/whatsapp-templates.json from the code: who hears of what. With --check it only compares. */
const NAMES = { email: 'e-mail', sms: 'SMS', whatsapp: 'WhatsApp', in_app: 'in-app' } as const
const CATEGORIES = { tx: 'transactional', rem: 'reminder', mkt: 'marketing', ops: 'staff' } as const

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
const planOf = ({ channels }: CatalogueEntry): string =>
  'all' in channels
    ? channels.all.map((channel) => NAMES[channel]).join(', ')
    : channels.firstOf.map((channel) => NAMES[channel]).join(' › ')

const toOf = ({ audience, namedBy, orElse }: CatalogueEntry): string =>
  namedBy === undefined ? audience : `${audience} (\`${namedBy}\`${orElse ? `, else ${orElse}` : ''})`

const catalogue = createCatalogue(packs)
const counted = new Set(catalogue.entries.map(({ type }) => type)).size

const tables = packs.map(({ name }) => {
  const entries = catalogue.entries.filter(({ pack }) => pack === name)
  const rows = entries.map((entry) =>
    row([
      `\`${entry.type}\``,
      toOf(entry),
      planOf(entry),
      `${entry.lane}${entry.criticalWhen ? ` (critical when \`${entry.criticalWhen}\`)` : ''}`,
      CATEGORIES[entry.category],
      entry.required ? '★' : '',
    ]),
  )
  return [
    `## ${name}`,
    '',
    row(['event', 'to', 'channels', 'lane', 'category', '']),
    row(Array(6).fill('---')),
    ...rows,
  ].join('\n')
})

const text = `<!-- Generated from the code by scripts/catalogue-table.ts; do not edit. -->
# The catalogue: who hears of what

${counted} events, ${catalogue.entries.length} entries. \`POST /v1/events\` raises any of them, and everyone below hears of it, each audience with its own words and files; \`POST /v1/notifications\` tells one person.
\`GET /v1/catalogue\` gives the same list with a sample payload for each entry; the fields are in the API's documentation and in each pack's \`events.ts\`.
Every entry is worded in French and English, for each of its channels and for the in-app feed.

- **To**: outside the business, the call names who it is. Inside, they are found by role: owner; admin, else owner; staff, else owner; support, else staff, else owner; operations (operations
  managers), else admins, else owner; accounting, else owner; practitioner, lawyer, else owner; assistant, else staff, else owner. A field in brackets names the people instead: a member, a contact, or a list of them. \`platform_admin\`
  is whoever operates the platform (\`CARILLON_ADMINS\`) and is a member of the organization that raises the event. Whoever is meant twice by one event hears the same words once.
- **Channels**: all of a list; of \`a › b\` the first that can reach the contact. In-app words exist for every entry.
- **Lane**: critical goes ahead of everything and ignores quiet hours; scheduled ones wait for them.
- **★** Security and money: neither an organization nor a preference switches it off.
- Slack is no channel of a contact. What \`platform_admin\` hears of accounts and of the installation is also posted to \`SLACK_WEBHOOK_URL\` ([how](providers.md#slack)); an organization that wants its alerts there listens to the [outgoing webhooks](webhooks.md).

WhatsApp opens a conversation only with words it has approved. [whatsapp-templates.json](whatsapp-templates.json) holds those of the built-in wording, as Meta's
\`POST /<business account>/message_templates\` takes them one by one: submit them once for each account, and they are used as soon as they are approved.

${tables.join('\n\n')}
`

const definitions = `${JSON.stringify(whatsappDefinitions(catalogue.entries, await loadParser()), null, 2)}\n`
const files = { '../docs/catalogue.md': text, '../docs/whatsapp-templates.json': definitions }
for (const [path, wanted] of Object.entries(files)) {
  const file = fileURLToPath(new URL(path, import.meta.url))
  if (!process.argv.includes('--check')) writeFileSync(file, wanted)
  else if (readFileSync(file, 'utf8') !== wanted) process.exitCode = 1
}
