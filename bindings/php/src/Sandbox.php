<?php

declare(strict_types=1);

namespace Hostbill;

use Hostbill\Exception\UsageException;
use Hostbill\Generated\Objects;
use Hostbill\Generated\SandboxSettings;
use Hostbill\Internal\Extension;
use Hostbill\Internal\Json;

/**
 * A portal of the given kind on a free port of this machine, with an account that may do everything.
 *
 *     $sandbox = new Hostbill\Sandbox(portal: 'time4vps');
 *     $client = $sandbox->client();
 *     $client->servers->list();
 *
 * It keeps what it is told: what was created can be read back, and money adds up. Nothing leaves this machine. It ends
 * with its last reference, or with close().
 */
final class Sandbox
{
    use SandboxSettings;

    /** Which portal it is like. */
    public readonly string $portal;
    /** The base URL of its API. */
    public readonly string $url;
    /** Name of its account. */
    public readonly string $username;
    /** Password of its account. */
    public readonly string $password;
    /** @var array<string, mixed> ids of things the account has from the start, by the parameter that takes them */
    public readonly array $ids;
    /** @var array<string, mixed> all that the command `info` says; docs/sandbox.md */
    public readonly array $info;
    private readonly \HostbillNativeSandbox $native;

    /** @param array<string, mixed> $config */
    private function start(#[\SensitiveParameter] array $config): void
    {
        Extension::check();
        $this->native = new \HostbillNativeSandbox(Json::write($config, Objects::SANDBOX));
        $error = $this->native->error();
        if (null !== $error) {
            throw HostbillException::fromDocument($error);
        }
        $this->info = $this->control('info');
        $this->portal = $this->info['portal'];
        $this->url = $this->info['url'];
        $this->username = $this->info['username'];
        $this->password = $this->info['password'];
        $this->ids = $this->info['ids'];
    }

    /**
     * A client that is logged in to it; what is given is added to its settings: `$sandbox->client(readOnly: true)`.
     *
     * @param mixed ...$settings of Client, by name
     */
    public function client(#[\SensitiveParameter] mixed ...$settings): Client
    {
        $login = isset($settings['token']) ? [] : ['username' => $this->username, 'password' => $this->password];
        $baseUrl = isset($settings['base_url']) ? [] : ['baseUrl' => $this->url];

        return new Client(...$settings + ['portal' => $this->portal] + $baseUrl + $login);
    }

    /**
     * Gives it a command and returns what it says; docs/sandbox.md has the commands.
     *
     *     $sandbox->control('fault', ['operation' => 'orders.create', 'fault' => ['kind' => 'lost_reply']]);
     *     $sandbox->control('clock', ['advance' => 3600]);
     *
     * @param array<string, mixed> $arguments
     */
    public function control(string $command, array $arguments = []): mixed
    {
        $reply = $this->native->control(Json::write(['command' => $command] + $arguments));

        return isset($reply['error']) ? throw HostbillException::fromDocument($reply['error']) : $reply;
    }

    /** Stops it. May be repeated. */
    public function close(): void
    {
        $this->native->release();
    }

    /** @return array<string, mixed> no secrets */
    public function __debugInfo(): array
    {
        return ['portal' => $this->portal, 'url' => $this->url];
    }

    public function __serialize(): array
    {
        throw UsageException::because('a sandbox cannot be serialized');
    }
}
