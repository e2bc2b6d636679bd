import { Group, isLightColor } from '@mantine/core'
import { useOrganization } from '../session/session.ts'
import classes from './shell.module.css'

const HEX = /^#[0-9a-f]{6}$/i

/** Whose messages these are: the organization's logo or initials in its colour, and its name. */
export function Brand() {
  const { name, brand, demo } = useOrganization()
  const color = brand.color && HEX.test(brand.color) ? brand.color : '#14597a'
  return (
    <Group gap={10} wrap="nowrap" miw={0}>
      <span
        className={classes.mark}
        style={{ background: color, color: isLightColor(color, 0.25) ? '#17232b' : '#fff' }}
        aria-hidden
      >
        {brand.logoUrl ? <img src={brand.logoUrl} alt="" /> : initials(name)}
      </span>
      <span className={classes.brandName}>{name}</span>
      {demo && !/demo|démo/i.test(name) && <span className={classes.demo}>Demo</span>}
    </Group>
  )
}

export const initials = (name: string) =>
  name
    .split(/\s+/)
    .filter(Boolean)
    .slice(0, 2)
    .map((word) => word[0]?.toUpperCase())
    .join('')
