import { AppError, notFound } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database, Tx } from '../../platform/database/database.ts'
import { type Channel, channelCode } from '../channels/channel.ts'
import { type BuiltIn, builtInSources, compileBuiltIn } from './built-ins.ts'
import type { CompiledTemplate, RenderedContent } from './compiled.ts'
import type { Compiler } from './compiler.ts'
import { type CurrentVersion, createCurrentVersions } from './current.ts'
import { findDraft, writeDraft } from './draft-store.ts'
import { createSourceCompiler, type PublishRequest } from './source-compiler.ts'
import {
  CURRENT_BUILT_INS,
  type CurrentRow,
  dropCurrent,
  type NewVersion,
  type Published,
  writeTrial,
  writeVersion,
} from './store.ts'
import { asTrial } from './trial.ts'
import { findVersion, type TemplateRef } from './version-store.ts'
import { createReadyVersions } from './versions.ts'

export type { CompiledTemplate, RenderedContent }

interface PublishedVersion {
  readonly versionId: string
  readonly number: number
}

export interface Templates {
  /** The version a new message pins, or nothing when this key has no template on this channel. What another process published is seen within five seconds. */
  resolve(organizationId: string, key: string, channel: Channel, locale: string): Promise<CurrentVersion | undefined>
  /** The channels a key has words for, in any language. */
  channelsOf(organizationId: string, key: string): Promise<Channel[]>
  /** Pinned versions, ready to render; those that do not exist are absent. */
  load(versionIds: readonly string[]): Promise<Map<string, CompiledTemplate>>
  /**
   * Compiles and makes current. Throws `template_invalid` with every fault, or `not_found` for a key no entry has. What is
   * current already is not published twice. `ofDraft`: it is the draft of this revision, which ends with it, or `conflict`.
   */
  publish(organizationId: string, request: PublishRequest, ofDraft?: number): Promise<PublishedVersion>
  /** Publishes the words of an earlier version of the organization's own anew. Messages already accepted keep theirs. */
  rollback(organizationId: string, ref: TemplateRef, versionId: string): Promise<PublishedVersion>
  /** Back to the built-in wording in this language; false when the organization had none of its own. */
  reset(organizationId: string, ref: TemplateRef): Promise<boolean>
  /** A version for test messages alone, which says that it is one. It is current for nobody and counts nowhere. */
  trial(organizationId: string, request: PublishRequest): Promise<string>
  /** Publishes every built-in template whose source changed, and says how many. Safe in any number of processes at once. */
  syncBuiltIns(): Promise<number>
  close(): Promise<void>
}

interface Deps {
  readonly db: Pick<Database, 'engine' | 'as' | 'run'>
  readonly clock: Clock
  readonly compiler: Compiler
  /** Every template key there is. */
  readonly entries: readonly BuiltIn[]
}

/** An organization's words: found when a message is accepted, filled in when it is sent, changed by publishing. */
export function createTemplates({ db, clock, compiler, entries }: Deps): Templates {
  const current = createCurrentVersions({ db, clock })
  const ready = createReadyVersions({ db })
  const sources = createSourceCompiler(compiler, entries)

  return {
    resolve: current.find,
    channelsOf: current.channelsOf,
    load: ready.load,

    async publish(organizationId, request, ofDraft) {
      const version = await sources.version(organizationId, request)
      return write(organizationId, version, (tx) =>
        ofDraft === undefined ? undefined : endDraft(tx, organizationId, request, ofDraft),
      )
    },

    async rollback(organizationId, ref, versionId) {
      const { source, builtInVersionId } = await db.as(organizationId, (tx) =>
        earlier(tx, organizationId, ref, versionId),
      )
      const version = await sources.version(organizationId, { ...ref, source })
      const restores = { id: versionId, builtInVersionId }
      return write(organizationId, { ...version, restores }, (tx) => earlier(tx, organizationId, ref, versionId))
    },

    async reset(organizationId, { key, channel, locale }) {
      const dropped = await db.as(organizationId, (tx) =>
        dropCurrent(tx, organizationId, key, channel, locale, clock.now()),
      )
      current.forget(organizationId)
      return dropped
    },

    async trial(organizationId, request) {
      const version = asTrial(await sources.version(organizationId, request))
      return db.as(organizationId, (tx) => writeTrial(tx, version, clock.now()))
    },

    async syncBuiltIns() {
      const rows = await db.run<CurrentRow>('templates.current_built_in', CURRENT_BUILT_INS, [])
      const published = new Map(rows.map((row) => [`${row.key} ${row.channel} ${row.locale}`, row.content_hash]))
      const changed = builtInSources(entries).filter(
        ({ key, channel, locale, contentHash }) =>
          published.get(`${key} ${channelCode(channel)} ${locale}`) !== contentHash,
      )
      if (changed.length === 0) return 0
      const versions = await Promise.all(changed.map((source) => compileBuiltIn(source, compiler)))
      // In one order everywhere: two processes that start together wait for each other instead of deadlocking.
      versions.sort((a, b) => (`${a.key} ${a.channel} ${a.locale}` < `${b.key} ${b.channel} ${b.locale}` ? -1 : 1))
      await db.engine.transaction().execute(async (tx) => {
        for (const version of versions) await writeVersion(tx, version, clock.now())
      })
      current.forget(null)
      return versions.length
    },

    close: () => compiler.close(),
  }

  async function write(
    organizationId: string,
    version: NewVersion,
    alongWith: (tx: Tx) => Promise<unknown> | undefined,
  ): Promise<PublishedVersion> {
    const { id, number }: Published = await db.as(organizationId, async (tx) => {
      await alongWith(tx)
      return writeVersion(tx, version, clock.now())
    })
    current.forget(organizationId)
    return { versionId: id, number }
  }

  async function endDraft(tx: Tx, organizationId: string, ref: TemplateRef, revision: number): Promise<void> {
    const draft = await findDraft(tx, organizationId, ref, 'update')
    if (draft?.source === null || draft?.revision !== revision)
      throw new AppError('conflict', 'The draft was changed while it was being published; look at it, then publish it')
    await writeDraft(tx, organizationId, ref, { source: null, over: revision, now: clock.now() })
  }

  /** A version to go back to. */
  async function earlier(tx: Tx, organizationId: string, ref: TemplateRef, id: string) {
    const version = await findVersion(tx, organizationId, ref, id)
    if (!version || version.builtIn) throw notFound('Template version', id)
    if (version.live) throw new AppError('conflict', `Version ${version.number} is the one that is live`)
    return version
  }
}
