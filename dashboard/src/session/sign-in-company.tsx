import { CarillonError } from '@carillon/client'
import { Group, Loader } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { finishCompanySignIn } from '../client.ts'
import { FrontDoor } from './front-door.tsx'
import { SecondStep } from './second-step.tsx'
import { type Said, useArrive } from './session.ts'

/** Where the company's own sign-in leads back to. It ends inside, or on the sign-in page with a sentence. */
export function SignInCompany() {
  const { t } = useTranslation()
  const router = useRouter()
  const arrive = useArrive()
  const [query] = useState(() => new URLSearchParams(location.search))
  const sent = useRef(false)
  const back = (said: Said) => router.navigate({ to: '/sign-in', search: { said }, replace: true })
  const finish = useMutation({
    mutationFn: () => {
      const given = (name: string) => query.get(name) ?? undefined
      const { code, iss, error } = { code: given('code'), iss: given('iss'), error: given('error') }
      return finishCompanySignIn({
        state: given('state') ?? '-',
        ...(code !== undefined && { code }),
        ...(iss !== undefined && { iss }),
        ...(error !== undefined && { error }),
      })
    },
    onSuccess: (answer) => answer.secondFactor || arrive('/'),
    onError: (error) => back(saidOf(error)),
  })
  const { mutate } = finish
  useEffect(() => {
    // What was given is good for one try; React may show a page twice.
    if (sent.current) return
    sent.current = true
    mutate()
  }, [mutate])

  if (finish.data?.secondFactor)
    return (
      <FrontDoor title={t('factor.step')}>
        <SecondStep onSignedIn={() => void arrive('/')} onBack={() => void router.navigate({ to: '/sign-in' })} />
      </FrontDoor>
    )
  return (
    <FrontDoor title="Carillon">
      <Group justify="center">
        <Loader size="sm" aria-label={t('app.loading')} />
      </Group>
    </FrontDoor>
  )
}

function saidOf(error: unknown): Said {
  if (!(error instanceof CarillonError)) return 'company_again'
  if (error.status === 404) return 'company_unknown'
  if (error.status === 422) return 'company_unverified'
  return error.status === 503 ? 'company_away' : 'company_again'
}
