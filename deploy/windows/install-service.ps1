#Requires -RunAsAdministrator
<#
.SYNOPSIS
    Makes veyon-webapi a service that starts with the computer, and lets others reach its port.
.DESCRIPTION
    Run it in the folder of an unpacked release, beside veyon-webapi.exe and shawl.exe: a program like this one
    cannot be a service of Windows by itself, so shawl (MIT licensed, https://github.com/mtkennerly/shawl) is the
    service and runs it. Run it again after an update of the program, or after a change of Veyon's configuration,
    which is read from a copy: on Windows Veyon keeps it in the registry.
.PARAMETER Port
    The TCP port of the API.
.PARAMETER RemoteAddress
    Who may reach it: addresses, subnets, LocalSubnet or Any.
.PARAMETER Uninstall
    Takes service, firewall rule and files away again.
.EXAMPLE
    .\install-service.ps1 -RemoteAddress 10.1.0.5
#>
param(
    [ValidateRange(1, 65535)] [int] $Port = 11080,
    [string[]] $RemoteAddress = 'LocalSubnet',
    [switch] $Uninstall
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$name = 'veyon-webapi'
$programs = Join-Path $env:ProgramFiles $name
$data = Join-Path $env:ProgramData $name
$program = Join-Path $programs 'veyon-webapi.exe'
$shawl = Join-Path $programs 'shawl.exe'
$configuration = Join-Path $data 'veyon.json'
$veyonCli = Join-Path $env:ProgramFiles 'Veyon\veyon-cli.exe'
# It has no rights beyond reading what everybody may read.
$account = 'NT AUTHORITY\LocalService'

function Invoke-Program([string] $Path, [string[]] $Arguments) {
    & $Path @Arguments
    if ($LASTEXITCODE -ne 0) { throw "Exit code $LASTEXITCODE of $Path $Arguments" }
}

function Remove-Everything {
    if (Get-Service -Name $name -ErrorAction SilentlyContinue) {
        Stop-Service -Name $name
        Invoke-Program 'sc.exe' @('delete', $name)
    }
    Get-NetFirewallRule -Name $name -ErrorAction SilentlyContinue | Remove-NetFirewallRule
}

if ($Uninstall) {
    Remove-Everything
    Remove-Item -Recurse -Force -ErrorAction SilentlyContinue -Path $programs, $data
    return
}

# Everything that can be wrong is found out before a service that works is taken away.
$files = 'veyon-webapi.exe', 'shawl.exe' | ForEach-Object { Join-Path $PSScriptRoot $_ }
foreach ($file in $files) {
    if (-not (Test-Path $file)) { throw "$file is missing, wanted beside this script" }
}
# From a command line several addresses come as one text.
$RemoteAddress = $RemoteAddress -split '\s*,\s*'
New-Item -ItemType Directory -Force -Path $programs, $data | Out-Null

# Veyon's configuration may hold passwords (of LDAP): only administrators, the system and the service read it.
Invoke-Program 'icacls.exe' @(
    $data, '/inheritance:r', '/grant:r',
    '*S-1-5-32-544:(OI)(CI)F', '*S-1-5-18:(OI)(CI)F', '*S-1-5-19:(OI)(CI)M'
)
$arguments = @('runserver', '--port', $Port)
if (Test-Path $veyonCli) {
    Invoke-Program $veyonCli @('config', 'export', $configuration)
    $arguments += '--veyon-config', $configuration
}
# Says what is wrong with the settings, if anything is.
Invoke-Program $files[0] (@('config') + ($arguments | Select-Object -Skip 1)) | Out-Null

Remove-Everything
Copy-Item -Force -Path $files -Destination $programs

# Ctrl+C ends the server within 5 s; exit code 2 is for settings that trying again does not mend.
Invoke-Program $shawl (@(
    'add', '--name', $name, '--stop-timeout', '8000', '--restart-if-not', '0,2',
    '--log-dir', $data, '--', $program
) + $arguments)
Invoke-Program 'sc.exe' @('config', $name, 'start=', 'auto', 'obj=', $account)
Invoke-Program 'sc.exe' @('description', $name, 'REST API of Veyon hosts')
New-NetFirewallRule -Name $name -DisplayName 'Veyon WebAPI' -Direction Inbound -Action Allow `
    -Protocol TCP -LocalPort $Port -RemoteAddress $RemoteAddress -Program $program `
    -Profile @('Domain', 'Private') | Out-Null
Start-Service -Name $name
Get-Service -Name $name
