/**
 * What the server says at a field, where it says more than a usual rule, for readers of French. What is missing here is
 * shown as the server says it.
 */
export const FRENCH_WORDS: Readonly<Record<string, string>> = {
  // Bookings
  'has passed': 'Cette date est passée.',
  'is more than two years ahead': 'C’est dans plus de deux ans.',
  'is needed to pay': 'C’est nécessaire pour payer.',
  'has three decimals at most': 'Trois décimales au plus.',
  'has two decimals at most': 'Deux décimales au plus.',
  'come to a price of nothing': 'Le prix serait nul.',
  'come to more than can be paid at once': 'C’est plus que ce qui peut être payé en une fois.',
  'is not offered for this service': 'Cette prestation ne le propose pas.',
  'is no quote of yours': 'Ce n’est pas un de vos devis.',
  'is needed to invoice a company: where its office is':
    'Nécessaire pour facturer une entreprise : l’adresse de son siège.',
  'is needed of a French company': 'Nécessaire pour une entreprise française.',
  'is needed, or its VAT number': 'Nécessaire, ou son numéro de TVA.',
  'belongs to another SIREN': 'Ce numéro correspond à un autre SIREN.',
  'was not found; give the coordinates, or write it another way':
    'Adresse introuvable : donnez les coordonnées, ou écrivez-la autrement.',
  'is not the number that the contact with this e-mail address has: change it there, or leave it out':
    'Le contact qui a cet e-mail a un autre numéro : changez-le dans sa fiche, ou laissez ce champ vide.',
  'is not the key of a service type': 'Cette prestation n’existe pas.',
  'takes letters and digits, and begins with a small one':
    'Des lettres et des chiffres, en commençant par une minuscule.',
  'takes small letters, digits, - and _': 'Des minuscules, des chiffres, - et _.',
  'must be more than nothing, in minor units': 'Plus que zéro.',
  'must be more than nothing': 'Plus que zéro.',
  'is needed with a rate of 0: why there is no VAT, which invoices must say':
    'Nécessaire avec un taux de 0 : la facture doit dire pourquoi il n’y a pas de TVA.',
  'is for a rate of 0 alone': 'Seulement avec un taux de 0.',
  'is a SIREN: nine digits with the right check digit': 'Ce n’est pas un SIREN : neuf chiffres, avec la bonne clé.',
  'is a SIRET: fourteen digits with the right check digit':
    'Ce n’est pas un SIRET : quatorze chiffres, avec la bonne clé.',
  'is a VAT number with its country in front, such as FR40303265045':
    'Ce n’est pas un numéro de TVA avec son pays, comme FR40303265045.',
  'is an IBAN with the right check digits': 'Ce n’est pas un IBAN : vérifiez ses chiffres.',
  'is a country of two capital letters, such as FR': 'Deux lettres majuscules, comme FR.',
  'is a currency of three capital letters, such as EUR': 'Trois lettres majuscules, comme EUR.',
  'needs something that can be read': 'C’est nécessaire.',
  'is a signing secret as Stripe shows it: whsec_…': 'Le secret de signature tel que Stripe l’affiche : whsec_…',
  // Provider accounts
  'Write an address, or a name and an address: Atelier <hello@example.com>':
    'Une adresse, ou un nom et une adresse : Atelier <bonjour@example.com>.',
  'An address with at most 11 letters before the @': 'Une adresse avec 11 lettres au plus avant le @.',
  'ignoreTls contradicts secure and requireTls': 'Ce réglage contredit les autres réglages de TLS.',
  'Write the API key as SendGrid shows it: SG. and so on': 'La clé d’API telle que SendGrid l’affiche : SG.…',
  'Write the verification key as SendGrid shows it': 'La clé de vérification telle que SendGrid l’affiche.',
  'Write an address without a user, query or fragment': 'Une adresse sans utilisateur, sans « ? » ni « # ».',
  'Write a region as Amazon does: eu-west-3': 'Une région comme Amazon l’écrit : eu-west-3.',
  'Write the name of the configuration set': 'Le nom du jeu de configuration.',
  'Write the ARN of the SNS topic: arn:aws:sns:eu-west-3:123456789012:ses':
    'L’ARN du sujet SNS : arn:aws:sns:eu-west-3:123456789012:ses.',
  'Write the account SID: AC and 32 hexadecimal digits': 'Le SID du compte : AC et 32 chiffres hexadécimaux.',
  'Write the auth token as Twilio shows it': 'Le jeton (auth token) tel que Twilio l’affiche.',
  'Write a number as +33…, a short code, or a name of up to 11 letters':
    'Un numéro comme +33…, un numéro court, ou un nom de 11 lettres au plus.',
  'Write the SID of the Messaging Service: MG and 32 hexadecimal digits':
    'Le SID du service de messagerie : MG et 32 chiffres hexadécimaux.',
  'Give a sender: from, or messagingServiceSid': 'Donnez un expéditeur, ou un service de messagerie.',
  'French operators drop SMS that software sends from +33 6 and +33 7 numbers: write a name, a short code or another number':
    'Les opérateurs français jettent les SMS envoyés par logiciel depuis un 06 ou un 07 : donnez un nom, un numéro court ou un autre numéro.',
  'Write a name of up to 11 letters and digits without spaces or accents, or a number of up to 15 digits':
    'Un nom de 11 lettres et chiffres au plus, sans espace ni accent, ou un numéro de 15 chiffres au plus.',
  'Write the API key: 8 letters and digits': 'La clé d’API : 8 lettres et chiffres.',
  'Write the API secret as Vonage shows it': 'Le secret d’API tel que Vonage l’affiche.',
  'Write the signature secret as Vonage shows it': 'Le secret de signature tel que Vonage l’affiche.',
  'Write the API key as Brevo shows it: xkeysib-…': 'La clé d’API telle que Brevo l’affiche : xkeysib-…',
  'Write 12 to 64 letters, digits, - or _': 'De 12 à 64 lettres, chiffres, - ou _.',
  'Write the application key: letters and digits': 'La clé de l’application : des lettres et des chiffres.',
  'Write the application secret: letters and digits': 'Le secret de l’application : des lettres et des chiffres.',
  'Write the consumer key: letters and digits': 'La clé de consommateur : des lettres et des chiffres.',
  'Write the SMS account as sms-ab12345-1': 'Le compte SMS, comme sms-ab12345-1.',
  'Write the login of the subscriber area: digits': 'L’identifiant de l’espace abonné : des chiffres.',
  'Write the key that the subscriber area shows for this service':
    'La clé que l’espace abonné affiche pour ce service.',
  'Write the subscriber’s own number as +336… or +337…': 'Le numéro de l’abonné, comme +336… ou +337…',
  'Write the access token as Meta shows it': 'Le jeton d’accès tel que Meta l’affiche.',
  'Write the phone number ID: digits, not the number itself':
    'L’identifiant du numéro : des chiffres, pas le numéro lui-même.',
  'Write the ID of the WhatsApp Business Account: digits': 'L’identifiant du compte WhatsApp Business : des chiffres.',
  'Write the app secret as Meta shows it': 'La clé secrète de l’application telle que Meta l’affiche.',
  'Write a word without spaces': 'Un mot sans espace.',
  'Write a version such as v23.0': 'Une version, comme v23.0.',
  'Write the ID of the business portfolio': 'L’identifiant du portefeuille business.',
  'Write the WhatsApp sender’s number as +33…': 'Le numéro WhatsApp de l’expéditeur, comme +33…',
  'This host is not on the public internet, and this installation connects to public addresses only':
    'Ce serveur n’est pas sur l’internet public, et cette installation n’en contacte pas d’autres.',
  'There is no such host': 'Ce serveur n’existe pas.',
  'Give it again: a saved secret does not go to another host':
    'Donnez-le de nouveau : un secret enregistré ne part pas vers un autre serveur.',
  'A burst goes with perSecond: set that too, or leave both away':
    'La rafale va avec le débit par seconde : donnez les deux, ou aucun.',
  // Why a carrier's call was refused
  'The address was called without the token of this account': 'l’adresse a été appelée sans le jeton de ce compte',
  'This is not the token of this account': 'ce n’est pas le jeton de ce compte',
  'The signature does not fit the body': 'la signature ne correspond pas au contenu',
  'The signature is not one of the key of this account': 'la signature n’est pas de la clé de ce compte',
  'The signature is not one of Amazon SNS': 'la signature n’est pas d’Amazon SNS',
  'The message is not of the topic of this account': 'le message n’est pas du sujet SNS de ce compte',
  'This account has no webhookKey to check the signature with': 'ce compte n’a pas de clé pour vérifier la signature',
  'X-Hub-Signature-256 is not of this app and body': 'la signature n’est pas de la clé secrète de cette application',
  'X-Twilio-Signature is not of this account and address': 'la signature n’est ni de ce compte ni de cette adresse',
  'sig is not of this account’s signature secret': 'la signature n’est pas du secret de ce compte',
  'The call is older than five minutes': 'l’appel a plus de cinq minutes',
  // Elsewhere
  'is not an e-mail address': 'Ce n’est pas une adresse e-mail.',
  'was tried already; wait for the next one': 'Ce code a déjà servi : attendez le suivant.',
  'has six digits': 'Six chiffres.',
  'is more than a year ahead': 'C’est dans plus d’un an.',
  'is more than five years ahead': 'C’est dans plus de cinq ans.',
}
