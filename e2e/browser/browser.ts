import { setTimeout as sleep } from 'node:timers/promises'
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { expect } from 'vitest'
import { createLab } from '../../bench/lab/processes.ts'
import { type Product, startProduct } from '../../bench/lab/product.ts'
import { temporaryFolder } from '../../bench/lab/servers.ts'

const CHROMIUM = '/usr/bin/chromium'
/** A slow line: what a test takes for granted and only mostly is fails with `CARILLON_TEST_LATENCY_MS=350`. */
const LATENCY_MS = Number(process.env.CARILLON_TEST_LATENCY_MS ?? 0)
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
]

export interface VisitOptions
  extends Pick<BrowserContextOptions, 'colorScheme' | 'viewport' | 'acceptDownloads' | 'timezoneId'> {
  /** Default true. */
  signedIn?: boolean
  /** The browser's language; English unless said. */
  language?: 'en' | 'fr'
  /** Runs before the page is opened, to stand between it and the server. */
  prepare?: (page: Page) => Promise<unknown>
}

export interface Dashboard {
  readonly product: Product
  /** Opens a path in a window of its own, until the next test opens one; what goes wrong in it ends up in `complaints`. */
  visit(path: string, options?: VisitOptions): Promise<Page>
  /** The token in the mail that invites an address. */
  invitationOf(email: string): Promise<string>
  /** The token in the newest mail to an address that leads to a page, as `/reset-password`. */
  tokenIn(page: string, email: string): Promise<string>
  /** What pages wrote to the console as errors, and what they threw. */
  readonly complaints: string[]
  close(): Promise<void>
}

export const PHONE = { width: 390, height: 844 }
export const DESKTOP = { width: 1440, height: 900 }

/** The page with this heading is whole, and no wider than its window. */
export async function fits(page: Page, heading: string | RegExp): Promise<void> {
  await page
    .getByRole('heading', { level: 1, name: heading, ...(typeof heading === 'string' && { exact: true }) })
    .waitFor()
  await page.waitForLoadState('networkidle')
  const wide = await page.evaluate<string[]>(`
    document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll('main *')].filter((one) => one.getBoundingClientRect().right > innerWidth + 1).map((one) => one.outerHTML.slice(0, 120))`)
  expect([page.url(), wide]).toEqual([page.url(), []])
}

/** The product with its built dashboard, and a Chromium to look at it. */
export async function startDashboard(env: Record<string, string> = {}): Promise<Dashboard> {
  const lab = createLab()
  try {
    const product = await startProduct(lab, {
      roles: ['all'],
      dataDir: temporaryFolder(lab),
      own: { all: { env } },
    })
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS })
    lab.afterwards(() => browser.close())
    const member = await signIn(browser, product)
    await demoArrived(product)
    const complaints: string[] = []
    let windows: { visitor: string | undefined; context: BrowserContext }[] = []

    return {
      product,
      complaints,
      close: () => lab.close(),
      invitationOf: (email) => tokenIn(product, '/invitation', email),
      tokenIn: (page, email) => tokenIn(product, page, email),
      async visit(path, { signedIn = true, language = 'en', prepare, viewport = DESKTOP, ...options } = {}) {
        const visitor = expect.getState().currentTestName
        for (const { context } of windows.filter((window) => window.visitor !== visitor)) await context.close()
        windows = windows.filter((window) => window.visitor === visitor)
        const context = await browser.newContext({
          baseURL: product.origin,
          locale: language === 'fr' ? 'fr-FR' : 'en-GB',
          viewport,
          ...(signedIn ? { storageState: member } : {}),
          ...options,
        })
        windows.push({ visitor, context })
        const page = await context.newPage()
        page.setDefaultTimeout(60_000)
        if (LATENCY_MS > 0) await slow(page)
        page.on('pageerror', (error) => complaints.push(`${path}: ${error.message}`))
        page.on('console', (said) => {
          // A browser logs every answer above 399 by itself; a page may well expect one.
          if (said.type() === 'error' && !said.text().startsWith('Failed to load resource')) {
            complaints.push(`${path}: ${said.text()}`)
          }
        })
        await prepare?.(page)
        await page.goto(path)
        return page
      },
    }
  } catch (error) {
    await lab.close()
    throw error
  }
}

async function slow(page: Page): Promise<void> {
  const devTools = await page.context().newCDPSession(page)
  await devTools.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: LATENCY_MS,
    downloadThroughput: -1,
    uploadThroughput: -1,
  })
}

interface Mail {
  id: string
  address: string
  text: string
}

async function tokenIn(product: Product, page: string, email: string): Promise<string> {
  const link = new RegExp(`${page}#([\\w-]+)`)
  for (let tries = 0; tries < 200; tries++) {
    const { body } = await product.call<{ items: Mail[] }>('GET', '/v1/sandbox/messages?channel=email')
    for (const { id } of body.items.filter(({ address }) => address === email)) {
      const { body: whole } = await product.call<Mail>('GET', `/v1/sandbox/messages/${id}`)
      const [, token] = link.exec(whole.text) ?? []
      if (token) return token
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`No mail to ${email} leads to ${page}`)
}

type State = Awaited<ReturnType<BrowserContext['storageState']>>

async function signIn(browser: Browser, product: Product): Promise<State> {
  const { body: demo } = await product.call<{ email: string; password: string }>('GET', '/v1/demo')
  const context = await browser.newContext({ baseURL: product.origin })
  const answer = await context.request.post('/api/auth/sign-in/email', {
    data: demo,
    headers: { origin: product.origin },
  })
  if (!answer.ok()) throw new Error(`The demo could not sign in: ${answer.status()} ${await answer.text()}`)
  const state = await context.storageState()
  await context.close()
  return state
}

const DEMO_MESSAGES = 3

/** What the demo sends leaves when the built-in words are published, after the start; no test is to count it among its own. */
async function demoArrived(product: Product): Promise<void> {
  for (const until = Date.now() + 60_000; Date.now() < until; await sleep(200)) {
    const { body } = await product.call<{ items: { status: string }[] }>('GET', '/v1/messages?limit=10')
    if (body.items.filter(({ status }) => ['delivered', 'read', 'opened'].includes(status)).length >= DEMO_MESSAGES)
      return
  }
  throw new Error('The demo’s messages did not arrive')
}
