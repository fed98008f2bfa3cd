<?php
// Runs programs, each by itself: many.php FOLDER. Beside each NAME.php comes NAME.json: status and body of its last answer, and
// what it printed, or its error.
error_reporting(E_ALL & ~E_DEPRECATED);
ini_set('display_errors', 'stderr');
require 'GuzzleHttp/autoload.php';

function run(string $program): array
{
    ob_start();
    try {
        include $program;
        $guzzle = method_exists($resp, 'getStatusCode');
        return [
            'status' => $guzzle ? $resp->getStatusCode() : $resp->status_code,
            'body' => $guzzle ? (string) $resp->getBody() : $resp->body,
            'printed' => ob_get_contents(),
        ];
    } catch (Throwable $error) {
        return ['error' => get_class($error) . ': ' . $error->getMessage()];
    } finally {
        ob_end_clean();
    }
}

foreach (glob("$argv[1]/*.php") as $program) {
    file_put_contents(preg_replace('/php$/', 'json', $program), json_encode(run($program)));
}
