import { createTheme, type MantineColorsTuple, rem } from '@mantine/core'

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

export const theme = createTheme({
  primaryColor: 'petrol',
  primaryShade: { light: 7, dark: 6 },
  colors: { petrol },
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
})
