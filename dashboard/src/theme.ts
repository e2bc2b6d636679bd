import { createTheme, type MantineColorsTuple, mergeThemeOverrides, rem } from '@mantine/core'

const petrol: MantineColorsTuple = [
  '#edf6fa',
  '#dbeaf1',
  '#b3d4e3',
  '#88bdd5',
  '#65aac9',
  '#4f9ec2',
  '#2a7da3',
  '#1d6a8d',
  '#14597a',
  '#0a4863',
]

/** Mantine's greys of the dark scheme, tinted to stand with ours. */
const dark: MantineColorsTuple = [
  '#e6eaed',
  '#c3ccd2',
  '#a3afb8',
  '#6b7780',
  '#3b444b',
  '#2a3137',
  '#22272c',
  '#1b1f23',
  '#14171a',
  '#0c0e10',
]

const theme = createTheme({
  primaryColor: 'petrol',
  primaryShade: { light: 7, dark: 6 },
  colors: { petrol, dark },
  autoContrast: true,
  defaultRadius: 'md',
  fontFamily: "Inter, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', 'Cascadia Code', 'Liberation Mono', Menlo, monospace",
  headings: {
    fontWeight: '650',
    sizes: { h1: { fontSize: rem(24), lineHeight: '1.25' }, h2: { fontSize: rem(17), lineHeight: '1.35' } },
  },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Modal: { styles: { title: { fontWeight: 650, fontSize: rem(17) } } },
    Notification: { defaultProps: { withBorder: true }, styles: { description: { color: 'var(--ink-2)' } } },
  },
})

/** With the sign that parts decimals in the language on screen. */
export const themeIn = (language: string) =>
  mergeThemeOverrides(theme, {
    components: { NumberInput: { defaultProps: { decimalSeparator: language.startsWith('fr') ? ',' : '.' } } },
  })
