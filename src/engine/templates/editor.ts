import { z } from 'zod'
import { AppError, invalid, notFound } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database, Tx } from '../../platform/database/database.ts'
import type { Organization } from '../organizations/organization.ts'
import type { RenderHow } from './compiled.ts'
import type { Compiler } from './compiler.ts'
import { differences } from './difference.ts'
import { type DraftRow, findDraft, writeDraft } from './draft-store.ts'
import { aboutOf, type ListFilter, listed, stateOf, type TemplateEntry } from './listing.ts'
import { pathsOf } from './paths.ts'
import { previewOf } from './preview.ts'
import { type JsonSchema, shapeOfVariables } from './shape.ts'
import { createSourceCompiler, type PublishRequest } from './source-compiler.ts'
import type { Templates } from './templates.ts'
import { type RecipientLinks, SAMPLE_CONTACT } from './variables.ts'
import {
  builtInChanged,
  findVersion,
  listNames,
  listVersions,
  liveVersions,
  removeVersion,
  type TemplateRef,
  usesOf,
  type VersionRow,
} from './version-store.ts'

interface Deps {
  readonly db: Pick<Database, 'as' | 'read'>
  readonly clock: Clock
  readonly compiler: Compiler
  readonly entries: readonly TemplateEntry[]
  readonly templates: Pick<Templates, 'resolve' | 'publish' | 'rollback' | 'reset' | 'trial'>
  readonly organization: (id: string) => Promise<Organization>
  /** How an organization wants its messages written. */
  readonly howOf: (organization: Organization) => RenderHow
  /** What a template sees as `links` when it is shown to somebody else. */
  readonly linksOf: (entry: TemplateEntry) => RecipientLinks
}

/** What a source may be taken from. */
export interface SourceChoice {
  readonly source?: Record<string, unknown> | undefined
  readonly versionId?: string | undefined
}

/** Characters of a draft as JSON: a longer source could not be published. */
const LONGEST_DRAFT = 250_000
/** Whoever accepts may still pin a version so long after another took its place: what is current is remembered for seconds, a transaction lasts at most half a minute. */
const MAY_BE_PINNED_MS = 5 * 60_000
/** Statistics are kept a little longer. */
const COUNTED_MS = 730 * 24 * 3_600_000

export type TemplateEditor = ReturnType<typeof createTemplateEditor>

/** What an organization does with its templates, and sees of them. */
export function createTemplateEditor(deps: Deps) {
  const { db, clock, entries, templates, organization, howOf, linksOf } = deps
  const sources = createSourceCompiler(deps.compiler, entries)
  const byKey = Map.groupBy(entries, (entry) => entry.templateKey)

  /** @throws AppError `conflict` where the words are the product's own, and stay so. */
  function refuseOthers(ref: TemplateRef): void {
    sources.entryOf(ref)
    if (byKey.get(ref.key)?.some((entry) => entry.platformOnly))
      throw new AppError('conflict', 'These words are the product’s own: they let a member in, wherever they work')
  }

  return {
    /** In the order of their names. */
    async list(organizationId: string, filter: ListFilter) {
      return listed(await db.read(organizationId, (tx) => listNames(tx, organizationId)), byKey, filter)
    },

    async get(organizationId: string, ref: TemplateRef) {
      const entry = sources.entryOf(ref)
      // Whoever opens a mail looks at previews of it next, and may publish.
      if (ref.channel === 'email') deps.compiler.prepare()
      const [{ live, builtIn, draft, changed }, used] = await Promise.all([
        db.read(organizationId, async (tx) => {
          const found = await liveVersions(tx, organizationId, ref)
          return {
            live: found.own ?? found.builtIn,
            builtIn: found.builtIn,
            draft: await findDraft(tx, organizationId, ref),
            changed: found.own ? await builtInChanged(tx, found.own.builtInVersionId, found.builtIn?.id) : false,
          }
        }),
        templates.resolve(organizationId, ref.key, ref.channel, ref.locale),
      ])
      return {
        ...ref,
        ...aboutOf(byKey.get(ref.key)!),
        state: stateOf(live),
        live: live ?? null,
        builtIn: builtIn ?? null,
        builtInChanged: changed,
        draft: draft?.source ? { source: draft.source, updatedAt: draft.updatedAt } : null,
        draftRevision: draft?.revision ?? 0,
        used: used ?? null,
        variables: pathsOf(shapeOfVariables(z.toJSONSchema(entry.payload, { unrepresentable: 'any' }) as JsonSchema)),
        sample: entry.payload.parse(entry.sample),
      }
    },

    /** Saves over the draft of this revision; 0 where there was never one. It may be faulty. */
    async saveDraft(
      organizationId: string,
      ref: TemplateRef,
      { source, revision }: { readonly source: Record<string, unknown>; readonly revision: number },
    ): Promise<DraftRow> {
      refuseOthers(ref)
      if (JSON.stringify(source).length > LONGEST_DRAFT)
        throw invalid('source', `is longer than ${LONGEST_DRAFT} characters`)
      if (ref.channel === 'email') deps.compiler.prepare()
      return overDraft(organizationId, ref, { source, over: revision })
    },

    async discardDraft(organizationId: string, ref: TemplateRef, revision: number | undefined): Promise<void> {
      sources.entryOf(ref)
      const draft = await draftOf(organizationId, ref)
      await overDraft(organizationId, ref, { source: null, over: revision ?? draft.revision })
    },

    /** Fills in the source given, else that of a version, else the draft, else what is live. */
    async preview(
      organizationId: string,
      ref: TemplateRef,
      choice: SourceChoice,
      { payload, contactName }: { payload?: Record<string, unknown> | undefined; contactName?: string | undefined },
    ) {
      const entry = sources.entryOf(ref)
      const { source } = await chosen(organizationId, ref, choice)
      const tenant = await organization(organizationId)
      const variables = {
        payload,
        contact: contactName === undefined ? SAMPLE_CONTACT : { name: contactName },
        organization: { name: tenant.name, brand: tenant.brand },
        timeZone: tenant.timeZone,
        links: linksOf(entry),
      }
      return previewOf(sources, { ...ref, source }, variables, howOf(tenant))
    },

    /** Publishes the source given, else the draft; `revision` is the one its author saw. */
    async publish(
      organizationId: string,
      ref: TemplateRef,
      { source, revision }: { source?: Record<string, unknown> | undefined; revision?: number | undefined },
    ) {
      refuseOthers(ref)
      if (source) return templates.publish(organizationId, { ...ref, source })
      const draft = await draftOf(organizationId, ref)
      if (revision !== undefined && revision !== draft.revision) throw draftConflict(draft.revision)
      return templates.publish(organizationId, { ...ref, source: draft.source }, draft.revision)
    },

    rollback(organizationId: string, ref: TemplateRef, versionId: string) {
      refuseOthers(ref)
      return templates.rollback(organizationId, ref, versionId)
    },

    async reset(organizationId: string, ref: TemplateRef): Promise<void> {
      sources.entryOf(ref)
      if (!(await templates.reset(organizationId, ref)))
        throw new AppError('conflict', 'No words of your own are live in this language: there is nothing to reset')
    },

    /** The newest first; `builtIn`: the product's own instead of the organization's. */
    async versions(
      organizationId: string,
      ref: TemplateRef,
      page: { readonly builtIn: boolean; readonly below: number | undefined; readonly limit: number },
    ): Promise<VersionRow[]> {
      sources.entryOf(ref)
      return db.read(organizationId, (tx) => listVersions(tx, page.builtIn ? null : organizationId, ref, page))
    },

    async version(organizationId: string, ref: TemplateRef, id: string): Promise<VersionRow> {
      sources.entryOf(ref)
      return db.read(organizationId, (tx) => versionOf(tx, organizationId, ref, id))
    },

    /** Between two of: a version's id, `draft`, `live`, `built_in`, `built_in_then` (what the live words were made from). */
    async diff(organizationId: string, ref: TemplateRef, from: string, to: string) {
      sources.entryOf(ref)
      const [before, after] = await db.read(organizationId, async (tx) => [
        await sideOf(tx, organizationId, ref, from),
        await sideOf(tx, organizationId, ref, to),
      ])
      return { fields: differences(before!, after!) }
    },

    /** Takes away an own version that nobody was ever sent and nobody will be. */
    async remove(organizationId: string, ref: TemplateRef, id: string): Promise<void> {
      sources.entryOf(ref)
      const now = clock.now()
      await db.as(organizationId, async (tx) => {
        const version = await versionOf(tx, organizationId, ref, id)
        if (version.builtIn) throw new AppError('conflict', 'Built-in versions are part of the product')
        const refuse = (why: string) => new AppError('conflict', `Version ${version.number} cannot be removed: ${why}`)
        if (version.live) throw refuse('it is live; publish another one or go back to the built-in words first')
        const pinnedUntil = new Date((version.liveUntil ?? now).getTime() + MAY_BE_PINNED_MS)
        if (pinnedUntil > now)
          throw refuse(
            `it was live a moment ago, and messages being accepted may still take it; try again after ${pinnedUntil.toISOString()}`,
          )
        const countedFrom = new Date(now.getTime() - COUNTED_MS)
        const { messages, chains, campaign } = await usesOf(tx, organizationId, version, { countedFrom, pinnedUntil })
        if (campaign !== null)
          throw refuse(`the campaign “${campaign}” is to be sent in it; cancel or change that first`)
        if (messages > 0) throw refuse(`${messages} message${messages === 1 ? ' names' : 's name'} it`)
        if (chains > 0)
          throw refuse(`${chains} notification${chains === 1 ? '' : 's'} may go on with it on another channel`)
        await removeVersion(tx, id, now)
      })
    },

    /** A version that a test message can pin, of the source given, else that of a version, else the draft, else what is live; and the entry it is of. */
    async trial(organizationId: string, ref: TemplateRef, choice: SourceChoice) {
      const entry = sources.entryOf(ref)
      const { source } = await chosen(organizationId, ref, choice)
      return { entry, versionId: await templates.trial(organizationId, { ...ref, source }) }
    },
  }

  async function chosen(
    organizationId: string,
    ref: TemplateRef,
    { source, versionId }: SourceChoice,
  ): Promise<Pick<PublishRequest, 'source'>> {
    if (source) return { source }
    return db.read(organizationId, async (tx) => {
      if (versionId !== undefined) return versionOf(tx, organizationId, ref, versionId)
      const draft = await findDraft(tx, organizationId, ref)
      if (draft?.source) return { source: draft.source }
      const { own, builtIn } = await liveVersions(tx, organizationId, ref)
      const live = own ?? builtIn
      if (!live)
        throw new AppError('conflict', 'There are no words in this language yet: save a draft, or give a source')
      return live
    })
  }

  async function overDraft(
    organizationId: string,
    ref: TemplateRef,
    { source, over }: { source: Record<string, unknown> | null; over: number },
  ): Promise<DraftRow> {
    return db.as(organizationId, async (tx) => {
      const saved = await writeDraft(tx, organizationId, ref, { source, over, now: clock.now() })
      if (saved) return saved
      throw draftConflict((await findDraft(tx, organizationId, ref))?.revision ?? 0)
    })
  }

  async function draftOf(organizationId: string, ref: TemplateRef): Promise<DraftRow> {
    const draft = await db.read(organizationId, (tx) => findDraft(tx, organizationId, ref))
    if (!draft?.source) throw new AppError('conflict', 'There is no draft: save one first, or give the source')
    return draft
  }
}

const draftConflict = (revision: number): AppError =>
  new AppError(
    'conflict',
    revision === 0
      ? 'There is no draft to write over: read the template again, and save with its draftRevision'
      : `The draft was changed meanwhile and has revision ${revision}: read it, then save over that`,
  )

async function versionOf(tx: Tx, organizationId: string, ref: TemplateRef, id: string): Promise<VersionRow> {
  const version = await findVersion(tx, organizationId, ref, id)
  if (!version) throw notFound('Template version', id)
  return version
}

async function sideOf(tx: Tx, organizationId: string, ref: TemplateRef, side: string): Promise<object | null> {
  if (side === 'draft') return (await findDraft(tx, organizationId, ref))?.source ?? null
  const { own, builtIn } = await liveVersions(tx, organizationId, ref)
  if (side === 'live') return (own ?? builtIn)?.source ?? null
  if (side === 'built_in') return builtIn?.source ?? null
  if (side !== 'built_in_then') return (await versionOf(tx, organizationId, ref, side)).source
  const then = own?.builtInVersionId
  return then ? ((await findVersion(tx, organizationId, ref, then))?.source ?? null) : null
}
