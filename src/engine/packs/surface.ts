import type { FastifyReply, FastifyRequest } from 'fastify'
import type { AppError } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Crypto } from '../../platform/crypto.ts'
import type { Database, Tx } from '../../platform/database/database.ts'
import type { Storage } from '../../platform/storage/storage.ts'
import type { Act } from '../audit/acts.ts'
import type { Contact } from '../contacts/contact.ts'
import type { EventAnswer, OwnEvent } from '../messages/events.ts'
import type { NotificationRequest } from '../messages/request.ts'
import type { Caller } from '../organizations/authentication.ts'
import type { Guard } from '../organizations/need.ts'
import type { Organization } from '../organizations/organization.ts'
import type { Permission } from '../organizations/permissions.ts'
import type { ReminderPlan } from '../reminders/reminders.ts'

/** Where an address is, and how sure the geocoder is of it (0 to 1). */
export interface Place {
  readonly latitude: number
  readonly longitude: number
  readonly score: number
}

/** All that the engine gives a pack. */
export interface PackSurface {
  readonly clock: Clock
  /** Base of the addresses people use, without a slash at the end. */
  readonly publicUrl: string
  readonly onError: (error: unknown, about?: Readonly<Record<string, string>>) => void
  organization(id: string): Promise<Organization>

  readonly db: {
    /** One organization under row-level security, in one transaction: what requests read and write of the pack's own tables. */
    readonly as: Database['as']
    /** As `as`, to look only. */
    readonly read: Database['read']
    /** One prepared statement that sees every organization: for what comes without saying whose it is. */
    readonly run: Database['run']
  }

  /**
   * One transaction in which the pack's own rows, notifications, reminders and work to be done are written together or not
   * at all. It sees every organization: name yours in every `where`. What Postgres gives up to end a deadlock is done again,
   * so `work` does nothing outside. Afterwards the dispatcher and the open pages are told.
   */
  transaction<T>(organizationId: string, work: (within: Within) => Promise<T>): Promise<T>

  /** Links for people without an account: a token carries what it is for, proves that it is ours, and ends. */
  readonly links: {
    /** `purpose` is this pack's own word. */
    sign(purpose: string, payload: unknown, expiresAt: Date): string
    /** What was signed for this purpose; undefined for what is not ours, was changed, or has expired. */
    read(purpose: string, token: string): unknown
  }
  /** Sealed with the installation's secret and bound to a place, the id of its row say. */
  readonly secrets: Pick<Crypto, 'seal' | 'open' | 'stamp'>
  /** Files. Keys begin with the organization's id. */
  readonly storage: Storage

  /** A route under `/v1`: who may call it, and what the audit log says of it. */
  guard(permission: Permission, act: Act): Guard
  /** What a part of a request takes beside its guard. @throws AppError `forbidden` */
  demand(request: FastifyRequest, permission: Permission): void
  /** A page that anybody may open who holds its address. */
  visitors(why: string): Guard
  callerOf(request: FastifyRequest): Caller
  /** Sends a page for people without an account, in the organization's looks. `title` and `main` are HTML, already safe. */
  page(
    reply: FastifyReply,
    status: number,
    page: {
      readonly organization: Organization
      readonly language: 'fr' | 'en'
      readonly title: string
      readonly main: string
    },
  ): FastifyReply
  /** The page for a link that is not one of ours. */
  unknownLink(request: FastifyRequest, reply: FastifyReply): FastifyReply
  /** A call to this server's own front door, as a vendor would make it. Gives the status. */
  callBack(path: string, headers: Readonly<Record<string, string>>, body: Buffer): Promise<number>
  /** The platform's own accounts at vendors that are no carriers, by vendor, as the operator has set them. */
  readonly vendorSettings: Readonly<Record<string, Readonly<Record<string, string>> | undefined>>
  /** Nothing leaves in earnest: neither the platform nor this organization has a carrier. Sandboxes of vendors are for this. */
  isRehearsal(organizationId: string): Promise<boolean>
  /** Where an address is; undefined when it is not found. */
  geocode(address: string, country: string): Promise<Place | undefined>
}

/** What can be written in one transaction of a pack. */
export interface Within {
  readonly tx: Tx
  /**
   * Something happened: everyone the catalogue names hears of it when this commits, or those in `only`. Who cannot be
   * reached is in the answer's `skipped`.
   */
  raise(event: PackEvent): Promise<EventAnswer>
  /** As `raise`, for many at a time. */
  raiseAll(events: readonly PackEvent[]): Promise<EventAnswer[]>
  /** The contact with this id, external id or address; a new address becomes a contact. @throws AppError */
  contact(to: NotificationRequest['to']): Promise<Contact>
  /** As `contact`, for many: of each the contact, or why there is none. */
  contacts(all: readonly NotificationRequest['to'][]): Promise<(Contact | AppError)[]>
  /**
   * As `contacts`, for people who deal with the organization at this moment, or whom a member names: a number that a contact
   * lacks becomes theirs, unless they are a member. `phone`: the number that was given, where it is not theirs.
   */
  customers(
    all: readonly NotificationRequest['to'][],
  ): Promise<({ readonly contact: Contact; readonly phone: string | undefined } | AppError)[]>
  /** Plans or moves a subject's reminders. */
  plan(plan: PackPlan): Promise<void>
  /** As `plan`, for many subjects. */
  planAll(plans: readonly PackPlan[]): Promise<void>
  /** Nothing more comes for a subject; one that was never planned is no error. */
  unplan(subject: string): Promise<void>
  /** Work of the pack's `jobs`, once this has committed. `at`: not before then. Gives the run's id. */
  start(job: JobStart): Promise<string>
  /** As `start`, for many, each about something else. Gives their ids. */
  startAll(jobs: readonly Omit<JobStart, 'subjectId'>[]): Promise<string[]>
  /** A part that may fail alone: what it wrote is taken back, the rest stays. Gives what it threw. */
  apart(part: () => Promise<unknown>): Promise<Error | undefined>
}

/**
 * `about`: ids of the contacts whose name, address or words it carries to others, so that their erasure reaches it there; none
 * is `[]`.
 */
export type PackEvent = OwnEvent & { readonly about: readonly string[] }

/** `about`: whom it is about besides the one who is reminded, as an event's. */
export type PackPlan = ReminderPlan & { readonly about: readonly string[] }

export interface JobStart {
  readonly name: string
  readonly input?: unknown
  /** What it is about. One of a name and subject is under way at a time; without it, any number. */
  readonly subjectId?: string
  readonly at?: Date
}
