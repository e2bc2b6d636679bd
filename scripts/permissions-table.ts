import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { needOf } from '../src/engine/organizations/need.ts'
import { ROLES } from '../src/engine/organizations/organization.ts'
import { ALL_PERMISSIONS, DEFAULT_PERMISSIONS, PERMISSIONS } from '../src/engine/organizations/permissions.ts'
import { WINDOW_PERMISSIONS } from '../src/engine/organizations/support-windows.ts'
import { registeredRoutes } from '../src/platform/http/openapi.ts'
import { withIdleApp } from '../test/idle-app.ts'

/** Writes docs/permissions.md from the code: who may call what. With --check it only compares. */
const file = fileURLToPath(new URL('../docs/permissions.md', import.meta.url))

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(head), row(head.map((_, index) => (index === 0 ? '---' : ':-:'))), ...rows.map(row)].join('\n')
const mark = (yes: boolean): string => (yes ? '●' : '')
const code = (text: string): string => `\`${text}\``

const routes = await withIdleApp(({ http }) =>
  registeredRoutes(http)
    .filter(({ url, method }) => url.startsWith('/v1/') && method !== 'HEAD')
    .map((route) => ({ name: `${String(route.method)} ${route.url}`, need: needOf(route) })),
)
const sorted = routes.toSorted((a, b) => (a.name.split(' ')[1]! + a.name < b.name.split(' ')[1]! + b.name ? -1 : 1))

const OPEN = {
  anyone: 'anybody; the route checks for itself',
  session: 'anybody who is signed in',
  platform_admin: 'those who operate the platform',
  subscriber: 'a subscriber token',
} as const

const text = `<!-- Generated from the code by scripts/permissions-table.ts; do not edit. -->
# Who may do what

Members are judged by the permissions of their role in their organization, API keys by their scopes. An organization decides what each role may do, but for the
owner's (Team page, or \`PUT /v1/roles/:role\`); below is what a role may do until then. A refusal is a problem document that names the missing permission.

Nobody gives what they do not have: a role can be given, changed or taken only by somebody who may do all it may, and an owner only by an owner. The last owner
stays. Whoever may make API keys gives only scopes all of whose permissions they have.

## Permissions and roles

${table(
  ['permission', 'to', 'key scope', ...ROLES, 'support window'],
  ALL_PERMISSIONS.map((permission) => [
    code(permission),
    PERMISSIONS[permission].says,
    PERMISSIONS[permission].scope,
    ...ROLES.map((role) => mark(DEFAULT_PERMISSIONS[role].includes(permission))),
    mark(WINDOW_PERMISSIONS.includes(permission)),
  ]),
)}

**Support windows.** Those who operate the platform (\`CARILLON_ADMINS\`) see organizations, never what is in them, unless an organization opens a window (at most
72 hours, with a reason; \`POST /v1/support-windows\`). Through it they may look and change nothing. They choose the organization as members do: for the session with
\`PUT /v1/session/organization\`, or for one request with the header \`x-organization-id\`.

## Routes and roles

A subscriber token opens what is marked ○, for its own contact; so does a member's session where the role lacks the permission.

${table(
  ['route', 'asks for', ...ROLES],
  sorted.map(({ name, need }) =>
    typeof need === 'object'
      ? [
          code(name),
          `${code(need.permission)}${need.subscriber ? ' ○' : ''}`,
          ...ROLES.map((role) => mark(DEFAULT_PERMISSIONS[role].includes(need.permission))),
        ]
      : [code(name), need ? OPEN[need] : 'nothing', ...ROLES.map(() => '')],
  ),
)}
`

if (process.argv.includes('--check')) {
  if (readFileSync(file, 'utf8') !== text) process.exitCode = 1
} else writeFileSync(file, text)
