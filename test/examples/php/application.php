<?php

declare(strict_types=1);

/** The consumer as it runs in production: a web server in front of webhook.php, and worker.php. */
final class Application
{
    public readonly string $directory;
    public readonly string $spool;
    public readonly string $url;
    /** @var resource */
    private $server;

    public function __construct(string $secret)
    {
        $this->directory = sys_get_temp_dir() . '/aep-consumer-' . bin2hex(random_bytes(8));
        $this->spool = "$this->directory/spool";
        mkdir($this->spool, recursive: true);
        $this->url = $this->serve($secret);
    }

    /** Works the spool off; answers the ids that were worked on. */
    public function work(): array
    {
        $command = [PHP_BINARY, __DIR__ . '/worker.php', $this->spool, "$this->directory/catalogue.json"];
        $worker = proc_open($command, [1 => ['pipe', 'w'], 2 => ['file', "$this->directory/worker.log", 'a']], $pipes);
        $output = stream_get_contents($pipes[1]);
        if (proc_close($worker) !== 0) {
            throw new RuntimeException('the worker failed: ' . file_get_contents("$this->directory/worker.log"));
        }

        return array_filter(explode("\n", $output));
    }

    /** The state of every product by its UUID. */
    public function products(): array
    {
        $catalogue = json_decode(file_get_contents("$this->directory/catalogue.json"), true);

        return array_map(fn (array $product): string => $product['state'], $catalogue);
    }

    public function stop(): void
    {
        proc_terminate($this->server);
        proc_close($this->server);
        foreach ([$this->spool, $this->directory] as $directory) {
            array_map(unlink(...), array_filter(glob("$directory/*") ?: [], is_file(...)));
            if (is_dir($directory)) {
                rmdir($directory);
            }
        }
    }

    /** PHP's own server takes no port 0: we look for a free one, and for another when somebody was faster. */
    private function serve(string $secret): string
    {
        for ($attempt = 1; $attempt <= 5; $attempt++) {
            $probe = stream_socket_server('tcp://127.0.0.1:0');
            $address = stream_socket_get_name($probe, false);
            fclose($probe);
            $this->server = proc_open(
                // Quiet, or its lines about every request would fill the pipe.
                [PHP_BINARY, '-q', '-S', $address, __DIR__ . '/webhook.php'],
                [1 => ['file', '/dev/null', 'w'], 2 => ['pipe', 'w']],
                $pipes,
                env_vars: [...getenv(), 'AEP_WEBHOOK_SECRET' => $secret, 'AEP_SPOOL' => $this->spool],
            );
            // It says that it is ready, or why it is not.
            if (str_contains((string) fgets($pipes[2]), 'started')) {
                return "http://$address";
            }
            proc_close($this->server);
        }
        throw new RuntimeException('php -S found no free port');
    }
}
