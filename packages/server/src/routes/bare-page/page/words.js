/** Every sentence of the page, in English and in Korean beside it. */

// Plain JavaScript, which has no types to be safe by.
/* oxlint-disable typescript/no-unsafe-argument, typescript/no-unsafe-call, typescript/no-unsafe-member-access, typescript/no-unsafe-return */

const words = {
  // What it is
  about: ['A chat of your own, on your own server.', '내 서버에서 쓰는 우리만의 채팅이에요.'],

  // Set-up
  setUpTitle: ['Set up your site', '사이트 시작하기'],
  setUpLead: ['A chat of your own. You become its owner.', '우리만의 채팅을 만들어요. 내가 소유자가 돼요.'],
  setUpButton: ['Create the site', '사이트 만들기'],
  setUpDoing: ['Creating the site…', '사이트를 만드는 중…'],
  setUpOver: ['This site has an owner already', '이미 소유자가 있는 사이트예요'],
  setUpOverLead: ['There is nothing left to set up.', '준비가 끝났으니 바로 쓰면 돼요.'],
  code: ['Set-up code', '시작 코드'],
  codeHint: [
    'The server shows it when it starts: the part after # in the line “Set up”.',
    '서버를 켤 때 나오는 “Set up” 줄에서 # 뒤에 있는 글자예요.',
  ],
  codeMissing: ['Give the code that the server shows.', '서버에 나온 코드를 넣어 주세요.'],
  codeWrong: ['This is not the code that the server shows.', '서버에 나온 코드와 달라요.'],
  siteName: ['Name of the site', '사이트 이름'],
  siteNameHint: ['Such as the name of your team.', '예: 팀이나 모임의 이름'],
  siteNameMissing: ['Give the site a name.', '사이트 이름을 넣어 주세요.'],

  // Names and passwords
  username: ['User name', '사용자 이름'],
  usernameHint: ['a–z, 0–9, dot, hyphen and underscore.', '영문 소문자, 숫자, 점, 하이픈, 밑줄만 쓸 수 있어요.'],
  usernameMissing: ['Choose a user name.', '사용자 이름을 정해 주세요.'],
  usernameLetters: [
    'Only a–z, 0–9, dot, hyphen and underscore. Your display name may have others.',
    '영문 소문자, 숫자, 점, 하이픈, 밑줄만 쓸 수 있어요. 한글은 표시 이름에 써 주세요.',
  ],
  usernameLength: ['A user name has 2 to 32 characters.', '사용자 이름은 2자에서 32자까지예요.'],
  usernameEnd: ['A user name ends with neither a dot nor a hyphen.', '점이나 하이픈으로 끝날 수 없어요.'],
  taken: ['This name is taken. Try another one.', '이미 쓰고 있는 이름이에요. 다른 이름을 골라 주세요.'],
  displayName: ['Display name (optional)', '표시 이름 (선택)'],
  displayNameHint: ['How others see you.', '다른 사람에게 보이는 이름이에요.'],
  tooLong: ['At most {most} characters.', '{most}자까지 쓸 수 있어요.'],
  password: ['Password', '비밀번호'],
  passwordHint: ['At least 8 characters.', '8자 이상이면 돼요.'],
  passwordShort: ['At least 8 characters; there are {length}.', '8자 이상이어야 해요. 지금은 {length}자예요.'],
  passwordWeak: [
    'This password is too easy to guess. Take a longer or an unusual one.',
    '쉽게 알아낼 수 있는 비밀번호예요. 더 길거나 흔하지 않은 것으로 정해 주세요.',
  ],
  passwordMissing: ['Give the password.', '비밀번호를 넣어 주세요.'],
  show: ['Show', '보기'],
  hide: ['Hide', '숨기기'],
  showPassword: ['Show what was typed', '입력한 글자 보기'],
  hidePassword: ['Hide what was typed', '입력한 글자 숨기기'],

  // Sign-in and sign-up
  signIn: ['Sign in', '로그인'],
  signInTitle: ['Sign in to {site}', '{site}에 로그인'],
  signInDoing: ['Signing in…', '로그인하는 중…'],
  signedOut: ['You were signed out. Sign in again.', '로그아웃됐어요. 다시 로그인해 주세요.'],
  name: ['User name or e-mail', '사용자 이름 또는 이메일'],
  nameMissing: ['Give your user name or e-mail.', '사용자 이름이나 이메일을 넣어 주세요.'],
  wrongPassword: ['The name or the password is not right.', '이름이나 비밀번호가 맞지 않아요.'],
  suspended: ['This account is suspended. Ask who runs the site.', '정지된 계정이에요. 사이트 관리자에게 물어보세요.'],
  withToken: ['Sign in with a token', '토큰으로 로그인'],
  token: ['Token', '토큰'],
  tokenHint: ['It begins with suda_.', 'suda_로 시작해요.'],
  tokenMissing: ['Give the token.', '토큰을 넣어 주세요.'],
  tokenWrong: ['This token is not valid, or not any more.', '쓸 수 없는 토큰이에요.'],
  signUp: ['Sign up', '가입'],
  signUpTitle: ['Join {site}', '{site} 가입하기'],
  signUpButton: ['Create the account', '계정 만들기'],
  signUpDoing: ['Creating the account…', '계정을 만드는 중…'],
  signUpClosed: ['Nobody can sign up here now', '지금은 가입할 수 없어요'],
  signUpNeedsInvite: ['You need an invite', '초대가 필요해요'],
  signUpNeedsInviteLead: [
    'Ask somebody who is in already for a link.',
    '이미 쓰고 있는 사람에게 초대 링크를 부탁해 보세요.',
  ],
  signUpByInvite: ['You need an invite from somebody who is in already.', '이미 쓰고 있는 사람의 초대가 필요해요.'],
  notSetUp: [
    'This site is not set up yet: open the link that the server printed.',
    '아직 준비 중인 사이트예요. 서버가 출력한 링크를 열어 주세요.',
  ],
  signUpClosedLead: ['Ask who runs the site.', '사이트 관리자에게 물어보세요.'],
  newHere: ['New here?', '처음이세요?'],
  haveAccount: ['I have an account', '계정이 있어요'],
  haveNone: ['I have no account yet', '아직 계정이 없어요'],

  // Invites
  inviteTitle: ['{inviter} invites you', '{inviter} 님이 초대했어요'],
  inviteToSite: ['To the chat of {site}.', '{site} 채팅으로 초대받았어요.'],
  inviteToRoom: ['To the room {room} of {site}.', '{site}의 {room} 방으로 초대받았어요.'],
  members: ['Members: {count}', '멤버 {count}명'],
  validUntil: ['Valid until {time}', '{time}까지'],
  inviteInvalid: ['This invite is not valid any more', '더는 쓸 수 없는 초대예요'],
  inviteInvalidLead: [
    'It was used, has ended or was taken back. Ask for a new one.',
    '이미 쓰였거나, 기한이 지났거나, 취소됐어요. 새 초대를 부탁해 보세요.',
  ],
  joinSignIn: ['Sign in and join', '로그인하고 들어가기'],
  joinRoom: ['Join {room}', '{room} 방 들어가기'],
  joinSite: ['Go to the chat', '채팅으로 가기'],
  joining: ['Joining…', '들어가는 중…'],
  signedInAs: ['You are signed in as {name}.', '{name} 님으로 로그인돼 있어요.'],

  // Refusals that belong to no field
  rateLimited: [
    'Too many attempts. Try again in {seconds} seconds.',
    '시도가 너무 많았어요. {seconds}초 뒤에 다시 해 주세요.',
  ],
  rateLimitedSoon: ['Too many attempts. Try again in a second.', '시도가 너무 많았어요. 1초 뒤에 다시 해 주세요.'],
  rateLimitOver: ['You can try again now.', '이제 다시 해도 돼요.'],
  rateLimitedLong: ['Too many attempts. Try again at {time}.', '시도가 너무 많았어요. {time}에 다시 해 주세요.'],
  offline: ['You’re offline. Try again when you are back.', '오프라인이에요. 다시 연결되면 해 주세요.'],
  unreachable: [
    'The server cannot be reached. Try again in a moment.',
    '서버에 연결할 수 없어요. 잠시 뒤에 다시 해 주세요.',
  ],
  busy: ['The server is busy. Try again in a moment.', '서버가 바빠요. 잠시 뒤에 다시 해 주세요.'],
  failed: ['That did not work. Try again in a moment.', '처리하지 못했어요. 잠시 뒤에 다시 해 주세요.'],
  forbidden: ['You may not do this.', '이 일을 할 수 있는 권한이 없어요.'],
  faultTitle: ['This page could not be loaded', '페이지를 불러오지 못했어요'],
  again: ['Try again', '다시 해 보기'],
  fieldWrong: ['This cannot be used.', '쓸 수 없는 값이에요.'],
  details: ['Details', '자세히'],

  // Chat
  rooms: ['Rooms', '방'],
  messages: ['Messages', '메시지'],
  message: ['Message', '메시지'],
  noRoom: ['No room yet', '아직 방이 없어요'],
  noRoomLead: ['Ask somebody to invite you to one.', '방에 초대해 달라고 부탁해 보세요.'],
  writeTo: ['Write to {room}', '{room}에 메시지 쓰기'],
  send: ['Send', '보내기'],
  connecting: ['Connecting…', '연결하는 중…'],
  notSent: ['Not sent: the server cannot be reached.', '보내지 못했어요. 서버에 연결할 수 없어요.'],
  notLoaded: ['The rooms could not be loaded.', '방을 불러오지 못했어요.'],
  roomClosed: ['This room cannot be read any more.', '이 방은 더 볼 수 없어요.'],
  edited: ['(edited)', '(수정됨)'],
  deleted: ['This message was deleted.', '삭제된 메시지예요.'],
  deletedUser: ['Deleted user', '삭제된 사용자'],
  empty: ['Nothing here yet.', '아직 아무 말도 없어요.'],
  firstSteps: ['Your site is ready', '사이트가 준비됐어요'],
  stepWrite: ['Write a first message below.', '아래에 첫 메시지를 써 보세요.'],
  stepInvite: ['People come in by a link.', '초대 링크로 사람을 불러 보세요.'],
  stepProgram: [
    'Let a program write here, with a token from the command line:',
    '프로그램도 쓸 수 있어요. 명령줄에서 토큰을 만드세요:',
  ],

  // The person's menu
  menu: ['You and your account', '내 계정'],
  makeInvite: ['Make an invite link', '초대 링크 만들기'],
  invitePeople: ['Invite people', '사람 초대하기'],
  changePassword: ['Change password', '비밀번호 바꾸기'],
  sessions: ['Sessions', '로그인한 기기'],
  signOut: ['Sign out', '로그아웃'],
  close: ['Close', '닫기'],
  currentPassword: ['Current password', '지금 비밀번호'],
  newPassword: ['New password', '새 비밀번호'],
  currentPasswordWrong: ['This is not your current password.', '지금 비밀번호가 맞지 않아요.'],
  changing: ['Changing…', '바꾸는 중…'],
  passwordChanged: [
    'Your password is changed. All your other sessions have ended.',
    '비밀번호를 바꿨어요. 다른 기기에서는 모두 로그아웃됐어요.',
  ],
  sessionsLead: ['Where you are signed in.', '로그인되어 있는 곳이에요.'],
  thisSession: ['This one', '지금 쓰는 기기'],
  lastUsed: ['Last used {day}', '{day}에 마지막으로 사용'],
  unknownDevice: ['Unknown program', '알 수 없는 프로그램'],
  device: ['{browser} on {system}', '{system}의 {browser}'],
  end: ['End', '끝내기'],
  endOf: ['End the session of {device}', '{device} 로그아웃시키기'],
  signOutEverywhere: ['Sign out everywhere', '모든 기기에서 로그아웃'],
  signOutEverywhereHint: ['This device is signed out as well.', '지금 쓰는 기기도 로그아웃돼요.'],
  inviteLead: ['Whoever has the link can come in.', '링크가 있는 사람은 누구나 들어올 수 있어요.'],
  inviteInto: ['Where to', '들어올 곳'],
  wholeSite: ['The site', '사이트'],
  roomAsMember: ['{room}, as members of the site', '{room} 방 (사이트 멤버로)'],
  roomAsGuest: ['{room}, as guests: this room only', '{room} 방 (게스트로, 이 방만)'],
  inviteUses: ['For whom', '쓸 수 있는 사람'],
  usesOne: ['One person', '한 명'],
  usesAny: ['Any number of people', '여러 명'],
  inviteDays: ['Valid for', '기한'],
  day: ['1 day', '하루'],
  week: ['7 days', '7일'],
  month: ['30 days', '30일'],
  makeLink: ['Make a link', '링크 만들기'],
  making: ['Making a link…', '링크를 만드는 중…'],
  link: ['Link', '링크'],
  linkHint: ['It is shown only now.', '지금만 볼 수 있어요.'],
  copy: ['Copy', '복사'],
  copied: ['Copied', '복사했어요'],
  copyFailed: ['Copy it from the field.', '입력란에서 직접 복사해 주세요.'],
}

const isKorean = /^ko\b/i.test(navigator.language)

export const language = isKorean ? 'ko' : 'en'

/** @param values what stands for the names in braces */
export function say(key, values = {}) {
  return words[key][isKorean ? 1 : 0].replaceAll(/\{(\w+)\}/g, (_, name) => isolated(values[name] ?? ''))
}

/** A name may run from right to left; the sentence around it does not. */
function isolated(value) {
  return typeof value === 'string' && /[\u0590-\u08ff]/.test(value) ? `\u2068${value}\u2069` : String(value)
}

/** Such as “28 November, 3:04 pm”. */
export function dayAndTime(time) {
  return new Intl.DateTimeFormat(language, {
    month: 'long',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
  }).format(new Date(time))
}

export function day(time) {
  return new Intl.DateTimeFormat(language, { month: 'long', day: 'numeric' }).format(new Date(time))
}

export function timeOfDay(time) {
  return new Intl.DateTimeFormat(language, { hour: 'numeric', minute: '2-digit' }).format(new Date(time))
}
