import type { HostedPage } from '../../platform/http/hosted-page.ts'
import type { Channel } from '../channels/channel.ts'
import { OPTIONAL_CATEGORIES } from '../links/message-links.ts'
import type { Organization } from '../organizations/organization.ts'
import { escapeHtml, readableOn, safeColor, safeUrl } from '../templates/helpers.ts'
import type { Kind } from './preferences.ts'
import { WORDS } from './words.ts'

interface Shown {
  readonly language: 'fr' | 'en'
  readonly organization: Pick<Organization, 'name' | 'brand'>
  /** The channels this contact can be reached by. */
  readonly channels: readonly Channel[]
  /** The news that the link came with, by e-mail. */
  readonly about: Kind | undefined
  readonly isWanted: (kind: Kind) => boolean
  readonly measured: boolean
  /** What has just been done. */
  readonly done: 'saved' | 'stopped' | undefined
}

/** How a kind of news is named in the form. */
export const nameOf = ({ category, channel }: Kind): string => `${category}.${channel}`

/** What a contact hears of and how, in the organization's looks, without script. Enter in the form of choices saves them. */
export function preferencePage({
  language,
  organization,
  channels,
  about,
  isWanted,
  measured,
  done,
}: Shown): HostedPage {
  const words = WORDS[language]
  const { name } = organization
  const kinds = OPTIONAL_CATEGORIES.toReversed().map((category) => {
    const boxes = channels.map((channel) =>
      box(nameOf({ category, channel }), words.channels[channel], isWanted({ category, channel })),
    )
    const { name, about } = words.kinds[category]
    return group(`kind-${category}`, name, about, boxes.join(''))
  })
  const stop =
    about && isWanted(about)
      ? `<form method="post"><p><button class="first" name="stop" value="${nameOf(about)}">${words.stop(words.kinds[about.category].name, words.channels[about.channel])}</button></p></form>`
      : ''
  return organizationPage({
    language,
    organization,
    title: words.title,
    main: `${done ? `<p class="done" role="status">${words[done]}</p>` : ''}
<p class="muted">${escapeHtml(words.intro(name))}</p>
${stop}
<form method="post">
${kinds.join('\n')}
${group('kind-measured', words.measured.name, words.measured.about, box('measured', words.measured.label, measured))}
<fieldset><legend>${words.always.name}</legend><p class="muted">${words.always.about}</p></fieldset>
<div class="actions"><button class="${stop ? '' : 'first'}" name="save" value="1">${words.save}</button><button name="none" value="1">${words.none}</button></div>
</form>`,
  })
}

/** A page for a contact in the organization's looks. `title` and `main` are HTML, already safe. */
export function organizationPage({
  language,
  organization: { name, brand },
  title,
  main,
}: Pick<Shown, 'language' | 'organization'> & { readonly title: string; readonly main: string }): HostedPage {
  const logo = safeUrl(brand.logoUrl)
  return {
    lang: language,
    title: `${title} – ${escapeHtml(name)}`,
    color: safeColor(brand.color),
    onColor: readableOn(safeColor(brand.color) ?? '#1f2937'),
    body: `<header>${logo ? `<img src="${escapeHtml(logo)}" alt="${escapeHtml(name)}" height="40">` : escapeHtml(name)}</header>
<main class="card">
<h1>${title}</h1>
${main}
</main>
<footer>${escapeHtml(name)}${brand.address ? `<br>${escapeHtml(brand.address).replaceAll('\n', '<br>')}` : ''}</footer>`,
  }
}

const group = (id: string, name: string, about: string, boxes: string): string =>
  `<fieldset aria-describedby="${id}"><legend>${name}</legend><p class="muted" id="${id}">${about}</p><div class="ways">${boxes}</div></fieldset>`

const box = (name: string, label: string, checked: boolean): string =>
  `<label><input type="checkbox" name="on" value="${name}"${checked ? ' checked' : ''}>${label}</label>`
