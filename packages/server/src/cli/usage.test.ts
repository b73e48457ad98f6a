import { describe, expect, test } from 'vitest'
import { aFolder, suda } from '../testing/run-suda.ts'
import { VERSION } from '../version.ts'

const stdin = 'correct horse\n'

describe('wrong usage ends with 64 and one line', () => {
  test.each([
    [['user', 'add', '--password-stdin'], 'NAME is missing'],
    [['user', 'add', 'alice'], 'give the password by --password-stdin'],
    [
      ['user', 'add', 'alice', '--password-stdin', '--role', 'king'],
      '--role must be one of owner, admin, member, guest',
    ],
    [['user'], 'there is no command “user”'],
    [['token', 'add', 'alice'], '--label is missing'],
    [['token', 'add', 'alice', '--label', 'x', '--scopes', 'read,all'], '--scopes takes read, write, admin, metrics'],
    [['token', 'add', 'alice', '--label', 'x', '--expires-at', 'soon'], '--expires-at takes a time to come'],
    [['token', 'add', 'alice', '--label', 'x', '--expires-at', '2001-01-01'], '--expires-at takes a time to come'],
    [['invite', 'add'], '--by is missing'],
    [['invite', 'add', '--by', 'alice', '--role', 'owner'], '--role must be one of member, guest'],
    [['invite', 'add', '--by', 'alice', '--uses', '0'], '--uses takes a whole number from 1 to 10000'],
    [['invite', 'add', '--by', 'alice', '--expires-at', '2001-01-01'], '--expires-at takes a time to come'],
    [['room', 'ad', 'plans'], 'there is no command “room ad”; did you mean “room add”?'],
  ])('%j', async (args, complaint) => {
    const { code, stdout, stderr } = await suda(args, { cwd: aFolder(), stdin })

    expect({ code, stdout, stderr: stderr.split('\n') }).toEqual({
      code: 64,
      stdout: '',
      stderr: [expect.stringContaining(complaint), ''],
    })
  })
})

test('a password that is too short is a failure, not wrong usage', async () => {
  expect(await suda(['user', 'add', 'alice', '--password-stdin'], { cwd: aFolder(), stdin: 'short\n' })).toMatchObject({
    code: 1,
    stderr: 'suda: A password has 8 to 256 characters.\n',
  })
})

test('--version is one word', async () => {
  expect(await suda(['--version'], { cwd: aFolder() })).toMatchObject({ code: 0, stdout: `${VERSION}\n`, stderr: '' })
})

test('--help tells of every command and every flag', async () => {
  const { code, stdout, stderr } = await suda(['--help'], { cwd: aFolder() })
  const ofOne = await suda(['token', 'add', '--help'], { cwd: aFolder() })

  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toContain('--public-url')
  expect(stdout).toContain('user password')
  expect(ofOne).toMatchObject({ code: 0, stdout: expect.stringContaining('--expires-at') })
})
