/**
 * What mail servers say where they give no code that tells enough, in the words they use for it. Written without accents,
 * for text as `plainWords` makes it. First match wins: whatever may speak against the conclusion that an address does not
 * exist stands before it, so a server that gives two reasons never costs anybody an address.
 */
const MAIL_WORDS: readonly (readonly [RegExp, string])[] = [
  [
    /authenticat(e|ion) (is )?required|must (log|sign) ?in|must issue a starttls|not authenticated|auth(entication)? first/,
    'notsignedin',
  ],
  [
    /relay(ing)? (access |mail )?(is )?(denied|prohibited|not (permitted|allowed|authori[sz]ed))|(un)?able to relay|not permitted to relay|we do not relay|relais? (refus|interdit)|weiterleit\w+ nicht erlaubt/,
    'norelaying',
  ],
  [
    /not .{0,20}(allowed|authori[sz]ed|permitted|permissions?) to send (as|from|on behalf)|(sender|from)( domain| address)?( is)? (rejected|denied|refused|unknown|invalid|blocked|not (verified|owned|allowed|accepted|found|exist))|invalid (sender|from)|unverified sender|not owned by user|address is not verified|send ?as ?denied|senders? domain|domain of (the )?sender|\bfrom: .{0,30}invalid|valid from:|sender'?s? (address|domain).{0,60}(not exist|unknown|not found|unresolv)|expediteur .{0,30}(refuse|rejete|invalide|inconnu)|absender .{0,30}(abgelehnt|verweigert|unbekannt|ungultig)|remitente .{0,30}(rechazad|no valid|desconocid)/,
    'badsender',
  ],
  [/gr[ae]y-?list/, 'greylisted'],
  // A server's own page for what it cannot resolve: the account or its domain is not there.
  [/account or domain may not exist/, 'hostunknown'],
  [
    /\bspf\b|\bdkim\b|\bdmarc\b|unauthenticated|authentication (check|result|fail|information)|message is not authenticated|does not pass .{0,20}(authentic|verif)/,
    'authfailure',
  ],
  [
    /reverse dns|\bptr\b|\brdns\b|(ip name|reverse|client host|hostname) lookup (fail|error)|mismatch\w* client ip|reverse (hostname|resolution|lookup)|valid sender domain|cannot find your/,
    'requireptr',
  ],
  [
    /(virus|malware|infected|phish|suspicious|malicious)|local policy|policy (violation|reason|restrict)|(due to|violates?|against|of) (\w+ )?polic|blocked because|content (is )?(restrict|reject|filter|not (allowed|accepted))|attachment|prohibited|administrative prohibition|politique/,
    'policyviolation',
  ],
  [
    /\bspam\b|junk|unsolicited|\bu[bc]e\b|bulk mail|mail rejete|message (refuse|rejete) .{0,40}(spam|indesirable)|indesirable|unerwunscht|no deseado|迷惑メール/,
    'spamdetected',
  ],
  [
    /spamhaus|black ?-?list|block ?-?list|deny ?-?list|\b(dns|r|u)bl\b|reputation|(?<!not )listed (in|by|at|on)|bann?ed|abuse|complaints?|blocked|(client|connecting|your|sending|source) (host|ip|server|mail server|network)( address)? .{0,40}(reject|refus|denied|not allowed|not accept)|refused to talk|connections? (not accepted|refused by)|services? refuse/,
    'blocked',
  ],
  [
    /rate.?limit|too (many|much|fast)|throttl|slow down|(try|please) (again )?later|retry later|receiving mail at a rate|exceed\w* .{0,30}(limit|rate)|sending (quota|limit|rate)|essayer plus tard|ulterieurement|spater (noch ?einmal|erneut|wieder)/,
    'ratelimited',
  ],
  [
    /(mail|mailbox|message|inbox|account|user|storage|disk|folder|his|her|their|recipient)\S* .{0,30}(is )?(full|over quota|quota|out of space)|over ?quota|quota (is )?(exceed|full|reach|limit|viola)|exceed\w* .{0,40}(quota|storage|space|allocat)|insufficient (storage|disk|system storage|space)|not enough (disk |storage )?space|disk (space|quota)|out of (storage|space)|no space left|(mailbox|storage) (size )?(limit|allocation)|boite.{0,60}(pleine|saturee|remplie)|quota.{0,40}(depass|attein)|espace.{0,40}insuffisan|postfach.{0,60}(voll|uberfull)|(kontingent|quota|speicher).{0,60}(uberschritten|erschopft|voll)|buzon.{0,40}(llen|excedid)|(cuota|limite).{0,40}(excedid|superad)|casella.{0,40}piena|caixa.{0,40}cheia|容量|満杯|一杯|いっぱい/,
    'mailboxfull',
  ],
  [
    /(message|mail|size|content)\S* .{0,40}(too (big|large)|exceed\w* .{0,30}(size|limit|maximum))|size limit|maximum .{0,20}size|too (big|large)|taille .{0,40}(depasse|maxim)|zu gro(ss|ß)|demasiado grande/,
    'mesgtoobig',
  ],
  [
    /(account|mailbox|user|recipient|domain|address|mail ?box)\b.{0,40}(suspended|disabled|locked|inactiv|deactivated|dormant|on hold|frozen|expired|barred|restricted|not active|unpaid)|(suspended|disabled|inactive|locked|deactivated) (account|mailbox|user|address|recipient)|compte.{0,40}(suspendu|desactive|bloque|inacti|ferme)|(konto|postfach|adresse).{0,40}(gesperrt|deaktiviert|inaktiv)|cuenta.{0,40}(suspendid|desactivad|bloquead|inactiv)|停止|無効にな/,
    'suspend',
  ],
  [
    /too many hops|hop count|mail loop|(mail|routing) loop|loops? back|pipe to|procmail|maildrop|lock failure|mailer error|unknown mailer|command (died|failed|output|line)|operating system error|no such file|permission denied|configuration (error|problem)|internal (server )?error|service unavailable|system error/,
    'systemerror',
  ],
  [
    /time[ds]? ?-?out|(connection|connect|network|host)\S* .{0,40}(refused|unreachable|reset|lost|dropped|closed|failed)|no route|retry time|(message|envelope|mail|queue|delivery) .{0,30}(expired|too old|too long)|multiple retries|lame |server failure|servfail|malformed or unexpected|(un|not |n.t )able to connect|could ?n.t connect|did not respond|temporar|try again|deferred|delai .{0,20}(expire|depass)|zeituberschreitung|zeitlimit|tiempo de espera/,
    'expired',
  ],
  [
    /8-?bit|header.{0,30}(error|not accepted|invalid|missing)|rfc ?-?[2-9]\d\d\d?\b.{0,20}(complian|viola)|not rfc|improper|sequence of commands|syntax|bad command|protocol error/,
    'syntaxerror',
  ],
  [
    /(may|might) not (exist|have)|moglicherweise|quizas|il se peut|peut-etre|only accept\w* mail from|not (authori[sz]ed|allowed|permitted)|notauthori[sz]ed|user reject|preferences|restricted to|subscribers|moderat/,
    'rejected',
  ],
  [
    /null mx|no mx record|(domain|host|user|address|account|server|mailbox|it|which)\S* (does ?n.t|does not|doesn.t|not|will not|never) (accept|receive) (any |incoming )?(e-?)?mails?(?! (from|with|without|that|larger|over|sent))|(domain|host) (has )?no (valid )?(mx|mail exchanger|mail server)|nimmt keine (e-?)?mails? an\b/,
    'notaccept',
  ],
  [
    /nxdomain|(unknown|no such|non-?exist\w+|unrout\w+|bad|invalid|illegal) (mail |e-?mail |destination |recipient )?(domain|host)(name)?\b|\b(domain|host|hostname|domain name|host\.name|mail server)( name)?( \S+){0,3} (is |was |were )?(unknown|not found|un-?resolvable|(could|can) ?(not|n.t) be (found|resolved)|couldn.t be (found|resolved)|does ?n.t exist|doesn.t exist|does not exist|not exist\w*|non-?exist\w*)|couldn.t find any host|name or service not known|no such name|non-?existent hosts|domaine.{0,60}(inexistant|introuvable|inconnu|n.existe pas)|(domain|domane|host).{0,60}(existiert nicht|nicht gefunden|unbekannt|nicht vorhanden)|dominio.{0,60}(no existe|no encontrad|desconocid|inexistente|non esiste|sconosciut)|ドメイン.{0,40}(見つかり|存在し|ありません)/,
    'hostunknown',
  ],
  [
    /not our customer|(user|recipient|mailbox|address|account)\b.{0,40}\b(has |have )?moved|no longer (at|here|valid|in use|used|active|available|with|works?|employed)|address (has )?changed|adresse.{0,60}(n.est plus|plus (valide|utilisee|active))|nicht mehr (gultig|aktiv|verwendet|erreichbar|vorhanden)|ya no (es valid|esta (activ|en uso))|移転|変更されました/,
    'hasmoved',
  ],
  [
    /(unknown|no such|invalid|bad|unrout\w+|undeliverable|unresolv\w+|non-?exist\w+|illegal|wrong|incorrect|unrecogni[sz]ed|unavailable|no valid|no known|not an? (valid|known|local|existing|registered))( \w+){0,3}? (users?|recipients?|mail ?box(es)?|accounts?|addresse?s?|usernames?|alias|person|inbox|local[- ]part|customer)\b/,
    'userunknown',
  ],
  [
    /(?<!\b(client|ip|your|source|from|return|sender|sending|helo|ehlo|host|server|dns|mx)'?s? )\b(users?|recipients?|mail ?box(es)?|accounts?|addresse?s?|username|alias|inbox|local[- ]part|addressee|customer)\b.{0,80}?\b(unknown|not found|not (be |been )?(found|known|recogni[sz]ed|listed|located|resolved|present|valid|exist\w*|identified)|does ?n.t exist|doesn.t exist|did ?n.t exist|doesn.t have|could ?n.t be found|couldn.t be found|wasn.t found|can.t be found|cannot be found|no longer exists?|(is|was|are|possibly) (not valid|invalid|incorrect|undeliverable|unavailable)|invalid|unavailable|undefined|non-?exist\w*|not (in|on) (our|the|this)|not here|not local|unrout\w+|no such)/,
    'userunknown',
  ],
  [
    /<@>\W{1,6}((is|was|are) )?(an? )?(unknown|not (found|known|valid|recogni[sz]ed|listed|present)|does ?n.t exist|does not exist|invalid|no such|inconnu|n.existe pas|unbekannt|existiert nicht|no existe)/,
    'userunknown',
  ],
  [
    /recipnotfound|recipientnotfound|nosuchuser|recipient address rejected: access denied|address rejected$|does(n.t| not) have an? .{0,40}(account|mailbox)|no (mailbox|account|user|person|one|recipient)s? (here|by|with|named|called|found|known|at this|exists?)|there is no (such )?(user|account|mailbox|one)|unknown (in|to) (local|virtual|relay|our|this)|is not (a|an) (known|valid|local|existing) |no such (user|recipient|person)|user lookup|unbekannter? (benutzer|empfanger|adressat)|aucun (utilisateur|destinataire|compte|abonne)|no existe (dich|es|el |la |ningun)|nessun utente/,
    'userunknown',
  ],
  [
    /(utilisateur|destinataires?|adresse|compte|bo.te|usager|abonne|messagerie).{0,80}?(inconnu|introuvable|inexistant|invalide|n.existe(nt)? (pas|plus)|non trouve|errone|pas (ete )?trouve|incorrect|non reconnu)/,
    'userunknown',
  ],
  [
    /(benutzer|empf.nger|adresse|adressat|postfach|konto|mailbox|teilnehmer|account).{0,80}?(unbekannt|nicht (gefunden|vorhanden|bekannt|ermittelt|existent|mehr existiert|zugestellt werden, da)|existiert nicht|ung.ltig|gibt es nicht|nicht existiert|falsch)|(nicht existierende|ung.ltige|unbekannte)[nrs]? (e-?mail-?)?(adresse|empf.nger|benutzer|postfach)/,
    'userunknown',
  ],
  [
    /(usuario|destinatario|direccion|buzon|cuenta).{0,80}?(desconocid|no existe|no (fue |ha sido |se ha )?encontrad|inexistente|no se (ha )?(encontr|pudo encontrar)|no (es )?valid|invalid|no reconocid)|(utente|destinatario|indirizzo|casella).{0,80}?(sconosciut|non esiste|inesistente|non (e )?(stat. )?trovat|non valid)|(usuario|utilizador|destinatario|endereco|caixa).{0,80}?(desconhecid|nao existe|nao (foi )?encontrad)|(gebruiker|ontvanger|adres|postbus).{0,60}?(onbekend|bestaat niet|niet gevonden|ongeldig)|(пользователь|получатель|адрес|ящик).{0,60}?(не найден|не существует|неизвест)/,
    'userunknown',
  ],
  [
    /(ユーザ|宛先|アドレス|メールボックス|受信者|あて先|宛名|アカウント|利用者).{0,80}?(見つかり|見つから|存在し|不明|ありません|無効|誤り|間違|登録されて)|(存在しない|不明な|無効な|見つからない).{0,20}?(ユーザ|宛先|アドレス|受信者|アカウント)/,
    'userunknown',
  ],
]

/** Latin letters without their marks, codes and links gone, host names all alike: the words alone, in lower case. */
export const plainWords = (text: string): string =>
  text
    .replace(/\bhttps?:\/\/\S+/gi, ' ')
    .replace(/[\u00c0-\u024f]/g, (letter) => letter.normalize('NFD')[0]!)
    .replace(/[\u2018\u2019\u00b4`]/g, "'")
    .replace(/\b[45]\d\d[ -](?:#?[245]\.\d{1,3}\.\d{1,3}\b)?/g, ' ')
    .replace(/<?[^\s<>()"';:,]+@[^\s<>()"';:,]+>?/g, '<@>')
    .replace(/\b(?!resolver\.)(?:[a-z0-9][\w-]{0,62}\.){1,20}[a-z][\w-]{1,62}\b/gi, 'host.name')
    .replace(/[\s\u3000]+/g, ' ')
    .trim()
    .toLowerCase()

/** The reason that these words give; empty when they give none. */
export function wordsReason(text: string): string {
  const words = plainWords(text)
  return MAIL_WORDS.find(([pattern]) => pattern.test(words))?.[1] ?? ''
}
