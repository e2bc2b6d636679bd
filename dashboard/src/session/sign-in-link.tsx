import { CarillonError } from '@carillon/client'
import { Button, Stack, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { signInByLink } from '../client.ts'
import { PageLink } from '../parts/link.tsx'
import { FrontDoor, Refusal } from './front-door.tsx'
import { SecondStep } from './second-step.tsx'
import { useArrive } from './session.ts'

/** Where a sign-in link leads. It is used by the button alone: mail scanners open links, and press nothing. */
export function SignInLink() {
  const { t } = useTranslation()
  const arrive = useArrive()
  const router = useRouter()
  const [token] = useState(() => location.hash.slice(1))
  const signIn = useMutation({
    mutationFn: () => signInByLink(token),
    onSuccess: (answer) => answer.secondFactor || arrive('/'),
  })
  const isGone = signIn.error instanceof CarillonError && signIn.error.status === 404

  if (signIn.data?.secondFactor)
    return (
      <FrontDoor title={t('factor.step')}>
        <SecondStep onSignedIn={() => void arrive('/')} onBack={() => void router.navigate({ to: '/sign-in' })} />
      </FrontDoor>
    )
  return (
    <FrontDoor title="Carillon" below={<PageLink to="/sign-in">{t('forgot.back')}</PageLink>}>
      <Stack>
        <Text>{t('link.text')}</Text>
        <Refusal error={signIn.error} {...(isGone && { text: t('link.gone') })} />
        <Button loading={signIn.isPending} onClick={() => signIn.mutate()} fullWidth>
          {t('signIn.submit')}
        </Button>
      </Stack>
    </FrontDoor>
  )
}
