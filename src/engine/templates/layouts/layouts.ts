import type { Layout } from '../source.ts'
import { branded } from './branded.ts'
import type { LayoutSource } from './layout.ts'
import { plain } from './plain.ts'

export const LAYOUTS: Readonly<Record<Layout, LayoutSource>> = { branded, plain }
